from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0026_letters_that_wait'),
    ]

    operations = [
        migrations.AddField(
            model_name='reconciliation',
            name='fetched_until',
            field=models.DateField(blank=True, null=True),
        ),
    ]
