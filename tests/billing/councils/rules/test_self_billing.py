"""Which shares a mandate covers, and when the VAT of an invoice may leave."""

import datetime as dt
import zoneinfo

import pytest

from billing.councils.rules import self_billing
from billing.councils.rules.budgets import Budgets
from billing.councils.rules.self_billing import BillLine, Mandate
from billing.councils.rules.statements import About, Movement
from billing.models import Council
from billing.papers.rules.papers import Party

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
A_SECOND = dt.timedelta(seconds=1)
GIVEN = dt.datetime(2026, 11, 27, 9, tzinfo=PARIS)
ENDED = dt.datetime(2026, 12, 5, 9, tzinfo=PARIS)

DECEMBER = dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC)
HOLD_OVER = dt.datetime(2026, 12, 9, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("held_until", "due_at"),
    [
        pytest.param(None, DECEMBER, id="nothing is held"),
        pytest.param(DECEMBER - dt.timedelta(days=3), DECEMBER, id="the hold is over"),
        pytest.param(HOLD_OVER, HOLD_OVER, id="the hold goes on"),
        pytest.param(
            DECEMBER + dt.timedelta(days=90),
            DECEMBER + dt.timedelta(days=60),
            id="never later than the law allows",
        ),
    ],
)
def test_tax_is_due_with_the_last_share_that_is_billed(
    held_until: dt.datetime | None, due_at: dt.datetime
) -> None:
    assert self_billing.tax_due_at(DECEMBER, held_until) == due_at


def moved(share: str, cents: int, at: dt.datetime, kind: str = "shared") -> Movement:
    about = About(share_reference=share, headline=share, merchant="Cazal")
    return Movement(at, kind, "", Budgets(0, cents), Budgets(0, cents), about, "")


@pytest.mark.parametrize(
    ("at", "covers"),
    [
        pytest.param(GIVEN, True, id="from its signature on"),
        pytest.param(GIVEN - A_SECOND, False, id="earlier on its first day"),
        pytest.param(ENDED - A_SECOND, True, id="until it ends"),
        pytest.param(ENDED, False, id="once it has ended"),
    ],
)
def test_mandate_covers_earnings_until_it_ends(at: dt.datetime, *, covers: bool) -> None:
    assert Mandate(GIVEN, ENDED).covers(at.astimezone(dt.UTC)) is covers


def test_a_mandate_that_stands_has_no_end() -> None:
    assert Mandate(GIVEN).covers(GIVEN + dt.timedelta(days=999))


def test_a_council_keeps_the_mandates_that_it_ended() -> None:
    council, then = Council(self_billing_since=GIVEN), Party("CSE", "", "", "", "", "FR44732829320")
    assert self_billing.mandates_of(council) == [Mandate(GIVEN)]
    self_billing.end_mandate(council, then, ENDED)
    self_billing.end_mandate(council, then, ENDED + A_SECOND)
    assert self_billing.mandates_of(council) == [Mandate(GIVEN, ENDED, then)]
    council.self_billing_since = ENDED + A_SECOND
    assert self_billing.mandates_of(council) == [
        Mandate(GIVEN, ENDED, then),
        Mandate(ENDED + A_SECOND),
    ]


def test_sale_without_a_mandate_is_neither_billed_nor_taken_back() -> None:
    movements = [
        moved("before", 5_000, GIVEN - dt.timedelta(days=2)),
        moved("under", 8_000, GIVEN),
        moved("before", -5_000, GIVEN, "claimed"),
        moved("between", 700, ENDED),
        moved("under", -3_000, ENDED, "claimed"),
        moved("under", -1_000, ENDED, "lost"),
        moved("under", 500, ENDED, "restored"),
        moved("under", -4_500, ENDED, "transferred"),
        moved("older", -900, ENDED, "claimed"),
        moved("between", -700, ENDED + A_SECOND, "claimed"),
        moved("again", 100, ENDED + dt.timedelta(days=9)),
    ]
    bill = self_billing.bill_lines(
        movements,
        [Mandate(GIVEN, ENDED), Mandate(ENDED + dt.timedelta(days=9))],
        first_day=GIVEN.date(),
        billed_cents=0,
        zone=PARIS,
    )
    assert bill == [
        BillLine("Part due\u00a0: under (Cazal)", 4_500, 900),
        BillLine("Part due\u00a0: again (Cazal)", 100, 20),
    ]
