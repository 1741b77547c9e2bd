"""Two books of the same events: the product's ledger, and a dictionary kept by hand.

At checkpoints every account must have the same balance in both, now and at past moments.
"""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from billing.ledger import posting
from billing.ledger.queries import balances
from billing.ledger.rules.postings import Line
from infra.drills.inside.money import model

type Key = tuple[str, int | None, int | None]
type Move = tuple[str, int, int | None, int | None]

A_STEP = dt.timedelta(seconds=20)
LATE = 97  # every so many events is told days after it happened
MOST_MOMENTS = 8


class Lost(NamedTuple):
    """A sum lost to a bank, and each council's loss by it."""

    cents: int
    taken: dict[int, int]


class Part(NamedTuple):
    """A space's part of a sale: the space, and its net cents."""

    space: int
    net: int


@dataclass
class Share:
    """The accounts of a share's money, by hand."""

    amount: int = 0
    held: int = 0
    due: int = 0
    owed: int = 0
    sent: int = 0


@dataclass
class Deal:
    """A sale in the dictionary."""

    sale: int
    merchant: int
    parts: list[Part]
    net: int = 0
    gross: int = 0
    shares: dict[int, Share] = field(default_factory=dict)
    returned: int = 0
    lost: list[Lost] = field(default_factory=list)


class Books:
    """Plays events and keeps both books."""

    def __init__(
        self,
        members: dict[int, list[model.Member]],
        sales: Sequence[tuple[int, int]],
        *,
        seed: int,
        at: dt.datetime,
    ) -> None:
        self.chance = random.Random(f"ledger{seed}")  # noqa: S311 - can be repeated
        self.members, self.unsold, self.at = members, list(sales)[::-1], at
        self.by_hand: Counter[Key] = Counter()
        self.deals: list[Deal] = []
        self.came_back: list[tuple[Deal, int]] = []
        self.taxes: dict[int, Share] = defaultdict(Share)
        self.events: list[posting.Event] = []
        self.past: list[tuple[dt.datetime, Counter[Key]]] = []
        self.number = 0
        self.tried: Counter[str] = Counter()

    def play(self, count: int, events: Sequence[Callable[[Any], None]]) -> None:
        """Play so many events and post them together, as a step of settlement does."""
        while len(self.events) < count:
            self.chance.choice(events)(self)
        posting.post_all(self.events)
        self.events.clear()

    def remember(self) -> None:
        """Store the balance of each account at this moment, for later comparison."""
        self.past.append((self.at, Counter(self.by_hand)))
        del self.past[:-MOST_MOMENTS]

    def write(self, kind: str, lines: list[Line], moves: Sequence[Move]) -> None:
        """Note an event for the product's books, and put it down by hand."""
        self.number += 1
        self.at += A_STEP
        at = self.at
        if self.number % LATE == 0:
            at -= dt.timedelta(days=self.chance.randint(1, 3))
        self.events.append(posting.Event(f"drill:{self.number}", lines, kind, at))
        self.tried[kind] += 1
        books = [self.by_hand, *(book for moment, book in self.past if moment >= at)]
        for account, cents, council, merchant in moves:
            for book in books:
                book[account, council, merchant] += cents

    def differences(self) -> list[str]:
        """Return the differences from the product's balances, now and at the stored moments."""
        found = []
        for moment, book in [*self.past, (self.at, self.by_hand)]:
            stands = {
                (row.account.value, row.council_id, row.merchant_id): row.cents
                for row in balances.balances_at(moment)
            }
            ours = {key: cents for key, cents in book.items() if cents}
            found += [
                f"{key} at {moment:%Y-%m-%d %H:%M:%S}: {stands.get(key, 0)}, not {ours.get(key, 0)}"
                for key in stands.keys() | ours.keys()
                if stands.get(key, 0) != ours.get(key, 0)
            ]
        return found

    def any_deal(self) -> Deal | None:
        """Return a random open sale."""
        return self.chance.choice(self.deals) if self.deals else None

    def any_share(self, wanted: Callable[[Share], int]) -> tuple[Deal, int, Share] | None:
        """Return a random share with money of a kind, if found in a few draws."""
        for _ in range(4):
            deal = self.any_deal()
            for council, share in deal.shares.items() if deal else ():
                if deal and wanted(share) > 0:
                    return deal, council, share
        return None
