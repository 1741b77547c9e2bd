from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('billing', '0025_ended_mandates'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='transfer',
            index=models.Index(condition=models.Q(('state', 'done'), ('told_at', None)), fields=['id'], name='transfers_to_be_told'),
        ),
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(condition=models.Q(('accepted_at__isnull', False), ('state__in', ['failed', 'canceled']), ('told_at', None)), fields=['id'], name='refunds_to_be_told'),
        ),
        AddIndexConcurrently(
            model_name='payment',
            index=models.Index(condition=models.Q(('method', 'sepa_debit'), ('state__in', ['processing', 'failed']), ('told_at', None)), fields=['id'], name='debits_to_be_told'),
        ),
        AddIndexConcurrently(
            model_name='payment',
            index=models.Index(condition=models.Q(('stripe_invoice', ''), _negated=True), fields=['stripe_invoice'], name='payments_by_invoice_of_stripe'),
        ),
        AddIndexConcurrently(
            model_name='dispute',
            index=models.Index(condition=models.Q(('state__in', ['needs_response', 'won', 'lost', 'prevented']), ('told_at', None)), fields=['id'], name='disputes_to_be_told'),
        ),
    ]
