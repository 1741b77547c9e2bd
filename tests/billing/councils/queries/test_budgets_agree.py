"""Both budgets are the same at a council's desk and on its statements, over any range."""

import datetime as dt
import itertools
import random
import zoneinfo
from collections.abc import Callable

import pytest

from billing.councils.queries.statements import statement_of
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.rules.postings import Line
from billing.models import Account, Council, LedgerEntry, OwnEntry, Share
from saas.kernel import schema
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till, begins_with

MOVES = 80
PARIS = zoneinfo.ZoneInfo("Europe/Paris")
OWED = (Account.SHARE_HELD, Account.SHARE_DUE, Account.SHARE_OWED)
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
type Event = Callable[[Share, Share, int], tuple[str, list[Line]]]


def _whose(share: Share) -> dict[str, int]:
    return {"council_id": share.council_id, "sale_id": share.sale_id}


def _netted(share: Share, other: Share, cents: int) -> tuple[str, list[Line]]:
    return "netted", postings.netted(
        cents=cents,
        council_id=share.council_id,
        due_sale_id=share.sale_id,
        owed_sale_id=other.sale_id,
    )


def _claimed(share: Share, _other: Share, cents: int) -> tuple[str, list[Line]]:
    sits = OWED[cents % 3]
    part = postings.claimed(cents=cents, sits=sits, **_whose(share))
    rest = postings.claimed(cents=1, sits=Account.SHARE_OWED, **_whose(share))
    return "claimed", [*part, *rest]


EVENTS: list[Event] = [
    _netted,
    lambda share, _, cents: (
        "shared",
        postings.shared(shares={share.council_id: cents}, sale_id=share.sale_id),
    ),
    _claimed,
    lambda share, _, cents: ("due", postings.due(cents=cents, **_whose(share))),
    lambda share, _, cents: ("restored", postings.restored(cents=cents, **_whose(share))),
    lambda share, _, cents: ("written_off", postings.written_off(cents=cents, **_whose(share))),
    lambda share, _, cents: (
        "transferred",
        postings.transferred(cents=cents, transfer=f"tr_{cents}", **_whose(share)),
    ),
    lambda share, _, cents: (
        "reversed",
        postings.reversed_(cents=cents, reversal=f"trr_{cents}", **_whose(share)),
    ),
]


def sold(till: Till) -> None:
    """A council with four shares, each parted another way."""
    make_council("north")
    shop = make_shop()
    for cents, aep_bp in ((12_345, 3_333), (9_999, 1), (20_001, 5_000), (7_777, 10_000)):
        order = till.sell(make_campaign(shop, {"north": cents}, at=till.at))
        Share.objects.filter(sale__order=order).update(aep_bp=aep_bp)


pytestmark = [pytest.mark.django_db, begins_with(sold)]


def live(council: Council, at: dt.datetime, chance: random.Random) -> None:
    """Let a history happen that no rule would allow, some of it told late."""
    shares = list(Share.objects.filter(council=council).order_by("pk"))
    for number in range(MOVES):
        share, other = chance.sample(shares, 2)
        kind, lines = chance.choice(EVENTS)(share, other, chance.randint(1, 5_000))
        moment = at + dt.timedelta(hours=chance.randint(0, 600))
        posting.post(f"test:{number}", lines, kind=kind, at=moment)


@pytest.mark.parametrize("seed", range(12))
def test_desk_and_statement_part_movements_alike(till: Till, council: Council, seed: int) -> None:
    live(council, till.at, random.Random(seed))  # noqa: S311 - no secret
    page = statement_of(council, first_day=YEAR[0], last_day=YEAR[1])
    found = [
        (line.at, line.kind, line.about.share_reference, line.cents, line.amount.aep_cents)
        for line in page.movements
    ]
    with schema.inside("north"):
        rows = OwnEntry.objects.values_list(
            "occurred_at", "kind", "share_reference", "cents", "aep_cents"
        )
        assert sorted(rows) == sorted(found)
    assert {"netted", "reversed", "claimed"} <= {line.kind for line in page.movements}
    assert page.closing.aep_cents == sum(line.amount.aep_cents for line in page.movements)


def books_until(council: Council, moment: dt.datetime) -> int:
    entries = LedgerEntry.objects.filter(
        council=council, account__in=OWED, transaction__occurred_at__lt=moment
    )
    return -sum(entries.values_list("amount_cents", flat=True))


@pytest.mark.parametrize("seed", range(6))
def test_any_history_adds_up_over_any_range(till: Till, council: Council, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a history, not a secret
    live(council, till.at, chance)
    start = dt.date(2026, 11, 1)
    cuts = sorted({start, *(start + dt.timedelta(days=chance.randrange(1, 60)) for _ in range(5))})
    pages = [
        statement_of(council, first_day=first, last_day=after - dt.timedelta(days=1))
        for first, after in itertools.pairwise(cuts)
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
    for before, following in itertools.pairwise(pages):
        assert before.closing == following.opening
    whole = statement_of(council, first_day=start, last_day=pages[-1].last_day)
    assert whole.closing == pages[-1].closing
    assert [line.cents for line in whole.movements] == [
        line.cents for page in pages for line in page.movements
    ]
