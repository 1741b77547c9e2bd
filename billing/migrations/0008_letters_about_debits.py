"""A merchant is told once of a debit that is on its way, or that their bank refused."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_restitutions"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
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
