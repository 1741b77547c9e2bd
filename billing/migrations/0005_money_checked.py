from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_money")]
    operations = [ValidateConstraint("ledgerentry", "an_entry_is_on_a_known_account")]
