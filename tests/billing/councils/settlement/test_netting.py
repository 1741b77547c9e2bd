"""Debts of a council are taken off its dues: the oldest first, to the cent, and booked."""

import datetime as dt

import pytest

from billing.councils.settlement import netting
from billing.models import Claim, LedgerEntry, LedgerTransaction, Share, TaxPayment
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_council, make_sale
from tests.factories.records import make_statement
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


@pytest.fixture
def share(campaign: Campaign) -> Share:
    """Return the share of the north's council; the south has another share of the same sale."""
    north = make_council("north")
    make_council("south")
    make_sale(campaign, at=AT)
    return Share.objects.select_related("council").get(council=north)


def debt(share: Share, cents: int, at: dt.datetime, state: str = "owed") -> Claim:
    return Claim.objects.create(share=share, amount_cents=cents, state=state, due_at=at)


def tax_owed(share: Share, cents: int, at: dt.datetime) -> TaxPayment:
    bill = make_statement(share.council_id, at=at, number=f"R2026-{cents}")
    return TaxPayment.objects.create(statement=bill, amount_cents=cents, state="owed", due_at=at)


def take(share: Share, cents: int, at: dt.datetime, key: str = "SH-NEXT") -> int:
    return netting.set_off(share.council_id, cents, key=key, due_sale_id=share.sale_id, at=at)


def how_they_stand() -> list[tuple[int, int, str]]:
    debts = Claim.objects.order_by("pk")
    return list(debts.values_list("amount_cents", "settled_cents", "state"))


def test_the_oldest_debt_goes_first_and_the_next_as_far_as_the_money_goes(share: Share) -> None:
    for cents in (700, 300, 50):
        debt(share, cents, AT)
    later = AT + A_DAY
    assert take(share, 701, later) == 701
    assert how_they_stand() == [(700, 700, "netted"), (300, 1, "owed"), (50, 0, "owed")]
    when = Claim.objects.order_by("pk").values_list("settled_at", flat=True)
    assert list(when) == [later, later, None]


def test_a_single_cent_is_set_off_too(share: Share) -> None:
    debt(share, 2, AT)
    assert take(share, 1, AT) == 1
    assert take(share, 1, AT, key="SH-LAST") == 1
    assert how_they_stand() == [(2, 2, "netted")]


def test_due_beyond_the_debts_is_left(share: Share) -> None:
    debt(share, 700, AT)
    assert take(share, 4_000, AT) == 700
    assert take(share, 3_300, AT, key="SH-LAST") == 0


def test_debts_are_untouched_where_nothing_is_due(share: Share) -> None:
    debt(share, 700, AT)
    before = LedgerTransaction.objects.count()
    assert take(share, 0, AT) == 0
    assert how_they_stand() == [(700, 0, "owed")]
    assert LedgerTransaction.objects.count() == before


def test_debts_of_another_council_and_claims_on_a_transfer_stay(share: Share) -> None:
    debt(Share.objects.exclude(pk=share.pk).get(), 700, AT)
    debt(share, 300, AT, state="due")
    assert take(share, 4_000, AT) == 0


def test_after_the_debts_of_shares_come_those_of_vat(share: Share) -> None:
    debt(share, 700, AT)
    first, second, third = (tax_owed(share, cents, AT) for cents in (200, 100, 10))
    assert take(share, 901, AT) == 901
    for tax, expected in ((first, (200, "netted")), (second, (1, "owed")), (third, (0, "owed"))):
        tax.refresh_from_db()
        assert (tax.netted_cents, tax.state) == expected
    assert take(share, 99, AT, key="SH-LAST") == 99
    second.refresh_from_db()
    assert (second.netted_cents, second.state) == (100, "netted")


def test_each_debt_is_booked_under_its_own_key_beside_the_sales_it_is_about(share: Share) -> None:
    owed, tax = debt(share, 700, AT), tax_owed(share, 200, AT)
    later = AT + A_DAY
    assert netting.set_off(share.council_id, 900, key="SH-1", due_sale_id=None, at=later) == 900
    booked = LedgerTransaction.objects.filter(kind="netted")
    assert set(booked.values_list("business_key", "occurred_at")) == {
        (f"netting:{owed.uuid}:SH-1", later),
        (f"netting:{tax.uuid}:SH-1", later),
    }
    entries = LedgerEntry.objects.filter(transaction__in=booked)
    columns = ("account", "amount_cents", "council", "sale")
    council, sale = share.council_id, share.sale_id
    assert set(entries.values_list(*columns)) == {
        ("share.due", 700, council, None),
        ("share.owed", -700, council, sale),
        ("share.due", 200, council, None),
        ("share.owed", -200, council, None),
    }
