"""An archive is taken out by a work of its own: only Python's list of kinds grows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("spaces", "0010_turns_and_letters")]
    operations = [
        migrations.AlterField(
            model_name="work",
            name="kind",
            field=models.CharField(
                choices=[
                    ("suspend", "Suspension"),
                    ("reopen", "Réouverture"),
                    ("archive", "Archivage"),
                    ("restore", "Restauration"),
                    ("delete", "Suppression définitive"),
                    ("takeout", "Téléchargement d’une archive"),
                ],
                max_length=8,
            ),
        ),
    ]
