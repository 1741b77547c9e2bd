"""DAC7 on the console: who is no seller and why, and what councils were paid, from the ledger."""

from billing.councils.queries.dac7 import paid_councils
from billing.ledger.settlement.numbering import number_entries
from billing.models import LedgerEntry
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import HOLD, Till
from tests.fixtures.people import SpaceClient


def test_councils_are_listed_with_what_they_were_paid(console: SpaceClient, till: Till) -> None:
    assert "1649 ter A" in console.get("/accounting/dac7/").content.decode()
    assert console.get("/accounting/2026/dac7.csv").status_code == 404
    till.active_account(make_council("north"))
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    till.let_shares_leave()
    number_entries(at=till.at + HOLD)
    [one] = paid_councils(2026)
    left = LedgerEntry.objects.get(transaction__kind="transferred", account="stripe.balance")
    assert one.cents == (0, 0, 0, -left.amount_cents)
    assert (one.payments, one.total_cents) == ((0, 0, 0, 1), -left.amount_cents)
    page = console.get("/accounting/dac7/").content.decode()
    assert one.council.name in page
    assert "dac7.csv" in page
    sheet = console.get("/accounting/2026/dac7.csv").getvalue().decode()
    assert one.council.name in sheet
    assert "80,00;1;80,00;non;" in sheet
