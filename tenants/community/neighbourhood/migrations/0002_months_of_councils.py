from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("neighbourhood", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="councilmonth",
            name="by_council",
            field=models.JSONField(null=True),
        ),
    ]
