"""The tax of bills that are not paid waits on an account of its own."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

ACCOUNTS = [
    "stripe.balance",
    "bank.transit",
    "receivable",
    "revenue.placement",
    "vat.output",
    "vat.input",
    "vat.pending",
    "fees.stripe",
    "fees.dispute",
    "share.cost",
    "share.held",
    "share.due",
    "share.owed",
    "dispute.suspense",
    "bad_debt",
    "rounding",
]


class Migration(migrations.Migration):

    dependencies = [("billing", "0029_altered_papers")]

    operations = [
        migrations.AlterField(
            model_name="ledgerentry",
            name="account",
            field=models.CharField(
                choices=[
                    (account, account.replace(".", " ").replace("_", " ").title())
                    for account in ACCOUNTS
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="ledgerentry", name="an_entry_is_on_a_known_account"
        ),
        AddConstraintNotValid(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(account__in=ACCOUNTS), name="an_entry_is_on_a_known_account"
            ),
        ),
    ]
