import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("spaces", "0009_letters_at_the_door")]

    operations = [
        migrations.AddField(
            model_name="tenant",
            name="door_turn",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="treaty",
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
