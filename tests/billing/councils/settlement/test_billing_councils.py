"""Invoices in a council's name start after the previous period, in their own series, booked."""

import datetime as dt

import pytest

from billing.councils.settlement import self_billing
from billing.models import Council, CouncilNotice, LedgerTransaction, Statement, TaxPayment
from saas.catalogue.merchants.models import Merchant
from tests.billing.councils.settlement.test_taxes import make_vat_payer
from tests.factories.billing import make_campaign, make_sale
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)
NOVEMBER_ENDS = dt.date(2026, 11, 30)
DECEMBER = dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC)


@pytest.fixture
def council(db: None) -> Council:
    return make_vat_payer()


def sell(shop: Merchant, net_cents: int, at: dt.datetime) -> None:
    make_sale(make_campaign(shop, {"north": net_cents}, at=at), at=at)


def bill(council: Council, last_day: dt.date, at: dt.datetime) -> Statement | None:
    return self_billing.bill(council.pk, last_day=last_day, at=at)


def test_earnings_since_a_mandate_are_billed_and_booked(shop: Merchant, council: Council) -> None:
    sell(shop, 20_000, AT)
    found = bill(council, NOVEMBER_ENDS, DECEMBER)
    assert found
    number = f"R2026-{council.reference}-00001"
    assert (found.number, found.net_cents, found.vat_cents) == (number, 8_000, 1_600)
    assert (found.first_day, found.last_day) == (dt.date(2026, 11, 2), NOVEMBER_ENDS)
    assert (found.made_at, found.council_as_it_was["name"]) == (DECEMBER, "CSE north")
    booked = LedgerTransaction.objects.get(kind="self_billed")
    assert (booked.business_key, booked.source_ref) == (f"self_billed:{number}", number)
    assert booked.occurred_at == DECEMBER
    note = CouncilNotice.objects.get()
    assert (note.kind, note.happened_at) == ("billed", DECEMBER)
    assert note.facts == {"number": number, "gross_cents": 9_600}
    assert TaxPayment.objects.get().amount_cents == 1_600


def test_next_bill_begins_on_the_day_after_the_last(shop: Merchant, council: Council) -> None:
    sell(shop, 20_000, AT)
    bill(council, AT.date(), AT)
    assert bill(council, AT.date(), AT) is None
    assert bill(council, AT.date() + A_DAY, AT + 2 * A_DAY) is None
    sell(shop, 10_000, AT + A_DAY)
    found = bill(council, AT.date() + A_DAY, AT + 2 * A_DAY)
    assert found
    assert (found.number, found.net_cents) == (f"R2026-{council.reference}-00002", 4_000)
    assert found.first_day == found.last_day == AT.date() + A_DAY


def test_before_the_mandate_there_is_nothing_to_bill(council: Council) -> None:
    assert bill(council, dt.date(2026, 11, 1), AT) is None
    assert bill(council, dt.date(2026, 11, 2), AT) is None
    assert not Statement.objects.exists()


def test_each_council_and_year_has_its_own_series(shop: Merchant, council: Council) -> None:
    for number, moment in enumerate((AT, AT + 45 * A_DAY), start=1):
        sell(shop, 1_000 * number, moment)
        bill(council, moment.date(), moment)
    numbers = Statement.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [f"R2026-{council.reference}-00001", f"R2027-{council.reference}-00001"]
