"""The drill `payments` itself: days on which shops buy, networks fail and processes are killed."""

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from billing.models import Order, Payment, StripeCall, StripeEvent
from infra.demo import levers
from infra.drills.inside.money import acts, hours, ordering, workers
from infra.drills.inside.money.acts import Act
from infra.drills.inside.money.money_world import MoneyWorld, Wish, draw_up
from infra.drills.inside.money.web import Web
from infra.drills.inside.money.workers import CrashPlan, Tally
from saas.catalogue.placements.models import Flight

A_DAY_OF = 100
ORDERS_OF_A_SHOP = 200
STEPS_OF_AN_ACT = 60
BY_PARENT = 0.2
HALF = 0.5
RARELY = 0.1
# Shares of all orders: abandoned, card declined at first, buyer returns to the site.
ABANDONED, DECLINED, COMES_BACK = 0.03, 0.06, 0.4
# Share of the drafted campaigns with an order by their first click; share of the unpaid orders with
# a new visit on a given day.
ORDERED_BY_CLICK, COMES_AGAIN = 0.25, 0.4
MEANS = (*("paid",) * 10, "sepa", "sepa_failed")
# So many days later, so many of them: twice while shares are held, once when they have left.
REFUNDED = ((3, 0.06), (9, 0.05), (18, 0.1))
CONTESTED = 0.25  # of those it is the bank that asks
# A council refuses so many of them, and of those that neighbours share in it so many more.
REFUSED_BY_COUNCIL, REFUSED_OF_SHARED = 0.2, 0.3
FRESH = 3  # half days: campaigns of then are paid and have not begun
STORMY = 0.15
RESTRICTED = 0.2
# Shares leave up to eight days after their order, and come back in bad weather, too.
LEAST_EXTRA_DAYS, MOST_EXTRA_DAYS = 19, 60
LEAST_QUIET, MOST_QUIET = 5, 30
# After so many half days, a calm night: a list of a hundred pages never ends if every tenth page
# fails, and a period not compared in a night makes the next list longer.
CALM_AFTER = 150
# Faults of the network and of Stripe, in percent of the calls.
FAULTS = {
    "error_before": 2,
    "error_after": 2,
    "rate_limit": 1,
    "lock_timeout": 1,
    "timeout_before": 1,
    "timeout_after": 2,
    "reset_before": 1,
    "reset_after": 2,
    "malformed_json": 1,
}
NIGHT = (
    *("resume", "sweep", "refetch_unsettled", "reconcile", "leave", "bill", "release", "resume"),
    *("close", "forget", "mandates", "review", "draw", "exchange", "read"),
)
STORM = 6  # as many times as on a quiet day
EVENT_FAULTS = {"duplicate_event": 20, "shuffle_events": 30, "delay_event": 5}


@dataclass
class Options:
    """How much is to be played."""

    rounds: int
    kills: int
    seed: int = 1
    extra_days: int = LEAST_EXTRA_DAYS
    report: Callable[[int, int], None] = lambda _done, _of: None


@dataclass
class Play:
    """All events of the drill, drawn from a single seed."""

    options: Options
    world: MoneyWorld
    tally: Tally = field(default_factory=Tally)
    met: Counter[str] = field(default_factory=Counter)
    days: list[list[int]] = field(default_factory=list)
    budget: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(f"payments{self.options.seed}")  # noqa: S311 - can be repeated
        self.fate = random.Random(f"deaths{self.options.seed}")  # noqa: S311 - drawn as hands come
        self.web = Web()

    def run(self) -> None:
        """Play all days, then let it become quiet until nothing is due."""
        left = self.options.rounds
        while left > 0:
            self._day(min(A_DAY_OF, left))
            left -= A_DAY_OF
            self.options.report(self.options.rounds - max(left, 0), self.options.rounds)
        for number in range(MOST_EXTRA_DAYS):
            killed = self.tally.kills.total() >= self.options.kills
            if number >= self.options.extra_days and killed and not self._unpaid():
                break
            self._day(0)
        self._quiet()
        self.web.end()

    def _day(self, orders: int) -> None:
        """Play half a day with so many orders, or a whole day without payments.

        A payment page lasts 23 hours.
        """
        self._weather()
        buying = orders or (self.days and self.days[-1])
        at = hours.advance(hours="11" if buying else "25")
        campaigns = draw_up([self._wish() for _ in range(orders)], at)
        self.days.append(campaigns)
        ordered = [one for one in campaigns if self.chance.random() >= ORDERED_BY_CLICK]
        calls = ordering.place(ordered, at)
        due = [*self._purchases(calls), *self._troubles(), *self._clock()]
        self.chance.shuffle(due)
        self._run_acts(due)
        if len(self.days) % CALM_AFTER == 0:
            self._calm()
            self._night()

    def _run_acts(self, due: list[Act]) -> None:
        # As many a day: those on which shares leave and come back are among the last.
        days = -(-self.options.rounds // A_DAY_OF) + self.options.extra_days
        planned = round(self.options.kills * min(1, len(self.days) / days))
        self.budget = planned - self.tally.kills.total()
        self._add_up(workers.run_acts(due, self._next_crash, lambda: self.fate.random() < HALF))

    def _add_up(self, tally: Tally) -> None:
        """Add a worker's tally; log errors at once, in case this process dies."""
        self.tally.done.update(tally.done)
        self.tally.kills.update(tally.kills)
        self.tally.steps += tally.steps
        self.tally.wrong.extend(tally.wrong)
        for what in tally.wrong:
            sys.stderr.write(f"{what}\n")

    def _next_crash(self, acts: int) -> CrashPlan:
        retries = self.fate.choice((0, 0, 2))
        if self.budget <= 0:
            return CrashPlan(retries=retries)
        self.budget -= 1
        if self.fate.random() < BY_PARENT:
            return CrashPlan(seconds=self.fate.uniform(0.02, 0.03 * acts), retries=retries)
        return CrashPlan(step=self.fate.randint(1, STEPS_OF_AN_ACT * acts), retries=retries)

    def _wish(self) -> Wish:
        spaces = self.chance.sample(self.world.tenants, self.chance.choice((1, 1, 1, 1, 2)))
        nets = {space: self.chance.choice((333, 4_117, 9_999, 20_000)) for space in spaces}
        for space in nets:
            nets[space] += self.chance.randrange(400)
        return Wish(self.chance.choice(self.world.shops), nets, self.chance.randint(1, 3))

    def _purchases(self, calls: dict[int, int]) -> list[Act]:
        """Return today's clicks, the payments of yesterday's orders, and returns to unpaid orders.

        Shops with a queued call have already clicked; some click a second time.
        """
        found = []
        for campaign in self.days[-1]:
            clicks = self.chance.choice((1, 1, 1, 1, 2))
            if campaign in calls:
                found.append(Act("send", (calls[campaign],)))
                clicks -= 1
            found += [Act("click", (campaign,))] * clicks
        if len(self.days) > 1:
            found += [self._payment(campaign) for campaign in self.days[-2]]
        for campaign, is_open in self._unpaid()[: 2 * A_DAY_OF]:
            if self.chance.random() < COMES_AGAIN:
                found += [] if is_open else [Act("click", (campaign,))]
                found.append(Act("pay", (campaign, "paid", 1)))
        return found

    def _payment(self, campaign: int) -> Act:
        dice = self.chance.random()
        if dice < ABANDONED:
            return Act("abandon", (campaign,))
        outcome = "declined" if dice < DECLINED else self.chance.choice(MEANS)
        return Act("pay", (campaign, outcome, int(self.chance.random() < COMES_BACK)))

    def _unpaid(self) -> list[tuple[int, bool]]:
        """Return the campaigns of some days ago that are not paid: their customers come back.

        Each with True if its payment page is still open.
        """
        older = [campaign for day in self.days[-6:-2] for campaign in day]
        unpaid = Order.objects.filter(
            campaign__in=older, state__in=[Order.State.PRICED, Order.State.AWAITING_PAYMENT]
        )
        pages = Payment.objects.filter(
            order=OuterRef("pk"), state=Payment.State.OPENED, expires_at__gt=timezone.now()
        )
        return list(unpaid.order_by("pk").values_list("campaign_id", Exists(pages)))

    def _troubles(self) -> list[Act]:
        """Return refunds and disputes of paid orders, and restrictions of a council's account."""
        seed = self.chance.getrandbits(30)
        found = [*self._operators(), Act("decide", (seed,))]
        for ago, part in REFUNDED:
            sold = self.days[-ago] if len(self.days) >= ago else []
            met = [campaign for campaign in sold if self.chance.random() < part]
            found += [self._trouble(campaign) for campaign in met]
        found += self._refusals()
        if self.chance.random() < RESTRICTED:
            account = self.chance.choice(self.world.accounts)
            found.append(Act("bank", (account, self.chance.choice(("restricted", "active")))))
        return found

    def _refusals(self) -> list[Act]:
        """Return refusals by a council of some paid ads in several spaces that have not begun."""
        shared = _shared(self.days[-FRESH] if len(self.days) >= FRESH else [])
        met = [campaign for campaign in shared if self.chance.random() < REFUSED_OF_SHARED]
        return [Act("refuse", (campaign,)) for campaign in met]

    def _operators(self) -> list[Act]:
        """Return the operators' acts: approve and retry pending rows."""
        second = self.world.staff[1]
        return [Act("approve", (second,)), Act("retry", (second,))]

    def _trouble(self, campaign: int) -> Act:
        if self.chance.random() < CONTESTED:
            return Act("dispute", (campaign, self.chance.choice((10_000, 10_000, 2_500))))
        if self.chance.random() < REFUSED_BY_COUNCIL:
            return Act("refuse", (campaign,))
        part = self.chance.choice((10_000, 5_000, 3_333, 1))
        return Act("refund", (campaign, part, *self.world.staff))

    def _clock(self) -> list[Act]:
        found = [
            Act(name) for name in ("release", "leave", "review", "draw", *("resume", "sweep") * 2)
        ]
        if self.chance.random() < RARELY:
            found.append(Act("catch_up"))
        if not self.days[-1] or self.chance.random() < RARELY:  # each whole day has its night
            nightly = ("refetch_unsettled", "reconcile", "close", "bill", "forget", "mandates")
            found += map(Act, nightly)
        return found

    def _weather(self) -> None:
        """Draw today's network faults, and stop the web process on some days."""
        self._calm()
        strength = STORM if self.chance.random() < STORMY else 1
        for kind, percent in FAULTS.items():
            self._fault(kind, percent * strength, path="/v1/")
        lost = self.chance.choice((70, 90, 100))
        for kind, percent in {**EVENT_FAULTS, "drop_event": lost}.items():
            self._fault(kind, percent)
        if self.chance.random() < HALF:
            self.web.kill()
        self.web.begin()

    def _fault(self, kind: str, percent: int, path: str = "") -> None:
        levers.pull(
            "faults",
            kind=kind,
            times="always",
            chance_percent=str(percent),
            seconds="0.05",
            seed=str(self.chance.getrandbits(30)),
            path=path,
        )

    def _count_met(self) -> None:
        for fault in levers.read("faults")["data"]:
            self.met[fault["kind"]] += fault["met"]

    def _calm(self) -> None:
        """Let the bad weather end."""
        self._count_met()
        levers.clear("faults")

    def _night(self) -> None:
        """Run the nightly jobs and the operators' acts without kills.

        The acts run in turn, each followed by the jobs that it queues.
        """
        for act in [*self._operators(), *map(Act, NIGHT)]:
            self._add_up(workers.run_acts([act], lambda _acts: CrashPlan(), lambda: True))

    def _quiet(self) -> None:
        """End the faults, activate every account, and run the clock until nothing is due."""
        self._calm()
        for account in self.world.accounts:
            levers.pull(f"account/{account}/active")
        acts.decide(self.options.seed, part=1)
        for number in range(MOST_QUIET):
            # A debit reported on the first of these days is held for 56 more.
            hours.advance(**({"days": "25"} if number < LEAST_QUIET else {"hours": "2"}))
            self._night()
            if number >= LEAST_QUIET and not _due():
                return


def _shared(campaigns: list[int]) -> list[int]:
    """Return the campaigns with flights in several spaces."""
    rows = Flight.objects.filter(campaign__in=campaigns).values("campaign")
    several = rows.annotate(spaces=Count("tenant", distinct=True)).filter(spaces__gt=1)
    return list(several.order_by("campaign").values_list("campaign", flat=True))


def _due() -> int:
    """Return the number of open calls, events and payments."""
    calls = StripeCall.objects.exclude(state__in=[StripeCall.State.DONE, StripeCall.State.FAILED])
    events = StripeEvent.objects.filter(
        state__in=[StripeEvent.State.RECEIVED, StripeEvent.State.PARKED]
    )
    payments = Payment.objects.filter(state__in=[Payment.State.OPENED, Payment.State.PROCESSING])
    return calls.count() + events.count() + payments.count()
