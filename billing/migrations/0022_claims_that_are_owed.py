from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('billing', '0021_calls_about_a_thing'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='reversal',
            index=models.Index(
                condition=models.Q(('state', 'owed')), fields=['share'], name='claims_that_are_owed'
            ),
        ),
    ]
