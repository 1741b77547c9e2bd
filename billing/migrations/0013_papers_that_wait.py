from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('billing', '0012_longer_names_of_states'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='invoice',
            index=models.Index(condition=models.Q(('rendered_at__isnull', True)), fields=['id'], name='invoices_without_a_file'),
        ),
        AddIndexConcurrently(
            model_name='invoice',
            index=models.Index(condition=models.Q(('told_at__isnull', True)), fields=['id'], name='invoices_nobody_was_told_of'),
        ),
    ]
