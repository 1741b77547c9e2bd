"""Both budgets are the same at a council's desk and on its statements, line by line."""

import datetime as dt
import itertools
import random
from collections.abc import Callable

import pytest

from billing.councils.queries.statements import statement_of
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.rules.postings import Line
from billing.models import Account, Council, OwnEntry, Share
from saas.kernel import schema
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till, begins_with

MOVES = 80
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


def live(council: Council, at: dt.datetime, *, seed: int) -> None:
    """Let a history happen that no rule would allow, some of it told late."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    shares = list(Share.objects.filter(council=council).order_by("pk"))
    for number in range(MOVES):
        share, other = chance.sample(shares, 2)
        kind, lines = chance.choice(EVENTS)(share, other, chance.randint(1, 5_000))
        moment = at + dt.timedelta(hours=chance.randint(0, 600))
        posting.post(f"test:{seed}:{number}", lines, kind=kind, at=moment)


@pytest.mark.parametrize("seed", range(12))
def test_the_desk_and_the_statement_take_every_movement_apart_alike(
    till: Till, council: Council, seed: int
) -> None:
    live(council, till.at, seed=seed)
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


@pytest.mark.parametrize("seed", range(4))
def test_opening_of_a_statement_equals_the_desk_s_sum_before(
    till: Till, council: Council, seed: int
) -> None:
    live(council, till.at, seed=seed)
    days = [till.at.date() + dt.timedelta(days=number) for number in (3, 9, 15, 21)]
    with schema.inside("north"):
        rows = list(OwnEntry.objects.values_list("occurred_at", "cents", "aep_cents"))
    for first, last in itertools.pairwise(days):
        page = statement_of(council, first_day=first, last_day=last)
        moment = dt.datetime.combine(first, dt.time.min, tzinfo=dt.timezone(dt.timedelta(hours=1)))
        before = [row for row in rows if row[0] < moment]
        assert page.opening.cents == sum(row[1] for row in before)
        assert page.opening.aep_cents == sum(row[2] for row in before)
