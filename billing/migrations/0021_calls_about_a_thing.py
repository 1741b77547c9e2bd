from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('billing', '0020_payouts_of_accounts'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='stripeintent',
            index=models.Index(fields=['kind', 'subject_id'], name='calls_about_a_thing'),
        ),
    ]
