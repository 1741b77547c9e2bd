"""The drill `year` itself: twelve months of sales, banks, taxes and closings, under kills."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone

from billing.models import Payment, Payout, Sale
from infra.demo import levers
from infra.drills.inside.money import acts, hours, ordering, workers
from infra.drills.inside.money.acts import Act
from infra.drills.inside.money.money_world import MoneyWorld, Wish, draw_up
from infra.drills.inside.money.play import NIGHT
from infra.drills.inside.money.web import Web
from infra.drills.inside.money.workers import CrashPlan, Tally
from infra.drills.inside.money.year import acts as year_acts

REFUSED_IN, CONTESTED_IN, REFUNDED_IN = 3, {5, 9}, {2, 6, 11}
STEPS_OF_AN_ACT = 60
HALF = 0.5
MONTHS = 12


@dataclass
class YearPlay:
    """All events of the year, drawn from a single seed."""

    world: MoneyWorld
    orders: int
    kills: int
    seed: int = 1
    tally: Tally = field(default_factory=Tally)
    played: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"year{self.seed}")  # noqa: S311 - can be repeated
        self.year = timezone.localdate().year + 1
        self.web = Web()
        year_acts.offer()

    @property
    def first(self) -> dt.date:
        """First day of the year."""
        return dt.date(self.year, 1, 1)

    def run(self) -> None:
        """Play twelve months, close the year, and book a late entry."""
        levers.pull("payouts", interval="manual")
        self.web.begin()
        for month in range(1, MONTHS + 1):
            self._sell(month)
            self._trouble(month)
            self._close(month)
        self._go(self.year + 1, 2, 3)
        year, (first, second) = self.year, self.world.staff
        self._run([Act("close_year", (year, first))])
        self._sure([Act("close_year", (year, first)), Act("book_late", (year,))])
        statement = Act("receive_statement", (self.first.isoformat(), first))
        self._sure([*map(Act, NIGHT), statement, Act("post_proposed", (second,))])
        self.web.end()

    def _go(self, year: int, month: int, day: int) -> dt.datetime:
        return hours.advance(to=dt.datetime(year, month, day, 9, tzinfo=dt.UTC).isoformat())

    def _sell(self, month: int) -> None:
        at = self._go(self.year, month, 4)
        campaigns = draw_up([self._wish() for _ in range(self.orders)], at)
        calls = ordering.place(campaigns, at)
        self._run([
            Act("send", (calls[one],)) if one in calls else Act("click", (one,))
            for one in campaigns
        ])  # fmt: skip
        self._sure([Act("click", (one,)) for one in campaigns])
        self._run([Act("pay", (one, "paid", 1)) for one in campaigns])
        self._sure(list(map(Act, ("catch_up", "resume", "sweep"))))
        self.played["orders"] += len(campaigns)

    def _wish(self) -> Wish:
        spaces = self.chance.sample(self.world.tenants, self.chance.choice((1, 1, 2)))
        nets = {space: self.chance.choice((4_117, 9_999, 20_000)) for space in spaces}
        return Wish(self.chance.choice(self.world.shops), nets, self.chance.randint(1, 3))

    def _trouble(self, month: int) -> None:
        """Play what goes wrong in a month: refunds, disputes, differences, a refused payout."""
        self._go(self.year, month, 12)
        last = Sale.objects.order_by("pk").values_list("order__campaign_id", flat=True).last()
        found = [Act("release")]
        if month in REFUNDED_IN and last:
            found.append(Act("refund", (last, 3_333, *self.world.staff)))
        if month in CONTESTED_IN and last:
            found.append(Act("dispute", (last, 10_000)))
        self._run(found)
        self._sure([Act("approve", (self.world.staff[1],)), *map(Act, NIGHT)])
        self._pay_out(month)
        if month in CONTESTED_IN:
            acts.decide(self.seed + month, part=1)
        if month in year_acts.BY_HAND:
            year_acts.move_by_hand(year_acts.BY_HAND[month])
            self.played["moves by hand"] += 1

    def _pay_out(self, month: int) -> None:
        """Have our balance paid out; the bank sends a payout of a month back."""
        made = levers.pull("payouts/now")["payout"]
        if made and month == REFUSED_IN:
            levers.pull(f"payout/{made['id']}/failed")
            self.played["payouts refused"] += 1
        self.played["payouts"] += bool(made)

    def _close(self, month: int) -> None:
        """Close a month on the third of the next: bank, differences, VAT, lock."""
        first, second = self.world.staff
        self._go(self.year, month, 25)
        self._night()
        following = dt.date(self.year + month // MONTHS, month % MONTHS + 1, 3)
        self._go(following.year, following.month, following.day)
        self._night()
        day = self.first.replace(month=month).isoformat()
        steps = [
            Act("receive_statement", (self.first.isoformat(), first)),
            Act("correct", (first,)),
            Act("post_proposed", (second,)),
            Act("number"),
            Act("settle_vat", (day, first)),
            Act("post_proposed", (second,)),
            Act("lock", (day, first)),
        ]
        # Nobody locks a month before its settlement is posted: a late one is booked in the next.
        for step in steps:
            if self.tally.kills.total() < self.kills:
                self._run([step])
            self._sure([step])
        self.played["closings"] += 1

    def _night(self) -> None:
        self._sure([*map(Act, NIGHT), *map(Act, ("catch_up", "resume", "sweep"))])

    def _run(self, due: list[Act]) -> None:
        """Run acts in workers, some of which are killed."""
        self._add(workers.run_acts(due, self._next_crash, lambda: self.chance.random() < HALF))

    def _sure(self, due: list[Act]) -> None:
        """Run acts in turn without kills: what was killed is done now."""
        self._add(workers.run_acts(due, lambda _acts: CrashPlan(), lambda: True, hands=1))

    def _next_crash(self, acts_due: int) -> CrashPlan:
        if self.tally.kills.total() >= self.kills:
            return CrashPlan()
        return CrashPlan(step=self.chance.randint(1, STEPS_OF_AN_ACT * acts_due))

    def _add(self, tally: Tally) -> None:
        self.tally.done.update(tally.done)
        self.tally.kills.update(tally.kills)
        self.tally.steps += tally.steps
        self.tally.wrong.extend(tally.wrong)


def counts(play: YearPlay) -> dict[str, int]:
    """Return how much was played."""
    return {
        **play.played,
        "sales": Sale.objects.count(),
        "payments": Payment.objects.count(),
        "payouts known": Payout.objects.count(),
        "kills": play.tally.kills.total(),
    }
