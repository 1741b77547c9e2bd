"""Statements add up over any range, in both budgets, whatever happened to the money."""

import datetime as dt
import random
import zoneinfo
from itertools import pairwise

import pytest

from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Account, Council, LedgerEntry, Sale, Share
from tests.billing.councils.files.test_statements import page_of
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till, begins_with

OWED = ("share.held", "share.due", "share.owed")
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def sold_thrice(till: Till) -> None:
    make_council("north", rate_bp=4_000)
    shop = make_shop()
    for cents in (20_000, 9_999, 777):
        till.sell(make_campaign(shop, {"north": cents}, at=till.at))


pytestmark = [pytest.mark.django_db, begins_with(sold_thrice)]


def books_until(council: Council, moment: dt.datetime) -> int:
    entries = LedgerEntry.objects.filter(
        council=council, account__in=OWED, transaction__occurred_at__lt=moment
    )
    return -sum(entries.values_list("amount_cents", flat=True))


def play(chance: random.Random, council: Council, sales: list[Sale], *, events: int) -> None:
    """Let anything happen to a council's money, in no order, over sixty days."""
    for number in range(events):
        sale, other = chance.choice(sales).pk, chance.choice(sales).pk
        cents = chance.randint(1, 9_999)
        lines, kind = chance.choice(
            [
                (postings.shared(shares={council.pk: cents}, sale_id=sale), "shared"),
                (postings.due(cents=cents, council_id=council.pk, sale_id=sale), "due"),
                (
                    postings.transferred(
                        cents=cents, council_id=council.pk, sale_id=sale, transfer=f"tr_{number}"
                    ),
                    "transferred",
                ),
                (
                    postings.claimed(
                        cents=cents,
                        council_id=council.pk,
                        sale_id=sale,
                        sits=chance.choice([Account.SHARE_HELD, Account.SHARE_OWED]),
                    ),
                    "claimed",
                ),
                (
                    postings.reversed_(
                        cents=cents, council_id=council.pk, sale_id=sale, reversal=f"trr_{number}"
                    ),
                    "reversed",
                ),
                (
                    postings.netted(
                        cents=cents, council_id=council.pk, due_sale_id=sale, owed_sale_id=other
                    ),
                    "netted",
                ),
                (
                    postings.written_off(cents=cents, council_id=council.pk, sale_id=sale),
                    "written_off",
                ),
            ]
        )
        when = sales[0].collected_at + dt.timedelta(minutes=chance.randrange(60 * 24 * 60))
        posting.post(f"event {number}", lines, kind=kind, at=when)


@pytest.mark.parametrize("seed", range(6))
def test_any_history_adds_up_over_any_range_and_in_both_budgets(
    council: Council, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a history, not a secret
    for share in Share.objects.all():
        share.aep_bp = chance.choice([0, 137, 2_000, 3_333, 10_000])
        share.save(update_fields=["aep_bp"])
    play(chance, council, list(Sale.objects.order_by("pk")), events=60)
    start = dt.date(2026, 11, 1)
    cuts = sorted({start, *(start + dt.timedelta(days=chance.randrange(1, 90)) for _ in range(5))})
    pages = [
        page_of(council, first, after - dt.timedelta(days=1)) for first, after in pairwise(cuts)
    ]
    assert pages[0].opening.cents == 0
    for page in pages:
        after = dt.datetime.combine(page.last_day + dt.timedelta(days=1), dt.time(), tzinfo=PARIS)
        assert page.closing.cents == books_until(council, after)
        assert page.opening.cents + sum(line.cents for line in page.movements) == page.closing.cents
        aep = sum(line.amount.aep_cents for line in page.movements)
        assert page.opening.aep_cents + aep == page.closing.aep_cents
        assert page.earned.cents + page.sent.cents + page.others.cents == (
            page.closing.cents - page.opening.cents
        )
        assert sum(waiting.cents for waiting in page.waiting) == page.closing.cents
    for before, following in pairwise(pages):
        assert before.closing == following.opening
    whole = page_of(council, pages[0].first_day, pages[-1].last_day)
    assert whole.closing == pages[-1].closing
    assert [line.cents for line in whole.movements] == [
        line.cents for page in pages for line in page.movements
    ]
