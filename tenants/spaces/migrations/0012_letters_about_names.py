import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("spaces", "0011_takeouts")]

    operations = [
        migrations.AddField(
            model_name="domainclaim",
            name="told_at",
            field=models.DateTimeField(
                blank=True,
                db_default=django.db.models.functions.datetime.Now(),
                default=None,
                editable=False,
                null=True,
            ),
        ),
    ]
