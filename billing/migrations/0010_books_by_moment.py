from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('billing', '0009_books'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('stripe_id', ''), _negated=True), fields=['stripe_id'], name='entries_by_number_of_stripe'),
        ),
        AddIndexConcurrently(
            model_name='ledgertransaction',
            index=models.Index(fields=['occurred_at'], name='events_of_the_books_by_moment'),
        ),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS events_of_the_books_by_posting"
            " ON billing_ledgertransaction (posted_xid)",
            "DROP INDEX CONCURRENTLY IF EXISTS events_of_the_books_by_posting",
        ),
    ]
