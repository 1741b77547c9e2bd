"""Events at Stripe without a receiver here, all kept in their order."""

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils import timezone

from billing import clock
from billing.forms import CheckoutForm
from billing.models import Payment
from infra.demo import calling, levers
from infra.drills.inside.money import hours, money_world
from infra.drills.inside.money.settling import Jobs
from saas.catalogue.placements.models import Campaign, Flight
from saas.catalogue.placements.rules.prices import month_from

OLD, FRESH = 7, 7
# Late payments start their ads later: no result may depend on the day of their event.
AHEAD_DAYS = 100
NETS = (20_001, 9_999, 4_117, 333, 12_345, 7_778, 15_003)
OUTCOMES = ("paid", "paid", "declined", "sepa", "sepa_failed", "paid", "sepa_sent_back")
MOST_EVENTS = 3_000


def before() -> None:
    """Let some orders be settled to the end, and open payment pages for others."""
    hours.follow()
    jobs = Jobs()
    people = money_world.build(hours.advance(seconds="1"), more_spaces=0)
    old = _order(people, OLD, ahead_days=2)
    for payment in _payments(old):
        levers.pull(f"pay/{payment.session_id}")
    _run_clock(jobs)
    hours.advance(days="12")
    _run_clock(jobs)
    fresh = _order(people, FRESH, ahead_days=AHEAD_DAYS)
    monthly = _monthly(people)
    opened = Payment.objects.filter(
        order__campaign__in=[*fresh, monthly], state=Payment.State.OPENED
    ).count()
    if opened != FRESH + 1:
        raise RuntimeError(f"{opened} payment pages are open, not {FRESH + 1}")


def _order(people: money_world.MoneyWorld, count: int, *, ahead_days: int) -> list[int]:
    at = timezone.now()
    wishes = [
        money_world.Wish(
            people.shops[number], dict.fromkeys(_spaces(people, number), NETS[number]), 1
        )
        for number in range(count)
    ]
    campaigns = money_world.draw_up(wishes, at, ahead_days=ahead_days)
    for campaign in campaigns:
        _click(campaign, at)
    return campaigns


def _spaces(people: money_world.MoneyWorld, number: int) -> list[int]:
    return people.tenants if number % 2 else people.tenants[:1]


def _click(campaign_id: int, at: dt.datetime) -> None:
    campaign = Campaign.objects.select_related("merchant__owner").get(pk=campaign_id)
    form = CheckoutForm({})
    order = form.submit(campaign=campaign, by=campaign.merchant.owner, at=at)
    if not order:
        raise RuntimeError(form.errors.as_text())
    calling.make_calls_of(order, at=at)


def _monthly(people: money_world.MoneyWorld) -> int:
    at = timezone.now()
    wish = money_world.Wish(people.shops[-1], dict.fromkeys(people.tenants, 10_000), 3)
    (campaign,) = money_world.draw_up([wish], at)
    period = month_from(at.date() + dt.timedelta(days=3))
    Campaign.objects.filter(pk=campaign).update(rhythm=Campaign.Rhythm.MONTHLY)
    Flight.objects.filter(campaign=campaign).update(**period._asdict())
    _click(campaign, at)
    return campaign


def _payments(campaigns: list[int]) -> list[Payment]:
    found = Payment.objects.filter(order__campaign__in=campaigns)
    return list(found.order_by("pk"))


def _run_clock(jobs: Jobs) -> None:
    for job in (
        clock.refetch_unsettled,
        clock.sweep_events,
        clock.release_shares,
        clock.resume_calls,
    ):
        job()
        jobs.run()


class History:
    """Pulls levers, and keeps each event as it comes."""

    def __init__(self) -> None:
        hours.follow()
        self.seen: dict[str, dict[str, Any]] = {}
        self.known: set[str] = set()
        self._listen()
        self.known, self.seen = set(self.seen), {}

    def play(self) -> list[dict[str, Any]]:
        """Play two months with every kind of event; return the events in their order."""
        opened = Payment.objects.filter(state=Payment.State.OPENED).order_by("pk")
        fresh = [row.session_id for row in opened]
        for session, outcome in zip(fresh, [*OUTCOMES, "paid"], strict=True):
            levers.pull(f"pay/{session}", outcome=outcome)
            if outcome == "declined":
                levers.pull(f"pay/{session}")
        self._listen()
        for days in (7, 14, 14, 14, 14):
            hours.advance(days=str(days))
            self._listen()
        self._last_days()
        return list(self.seen.values())

    def _last_days(self) -> None:
        """Play refunds, disputes, payouts and accounts on the days before delivery resumes."""
        sold = Payment.objects.filter(state=Payment.State.SUCCEEDED).order_by("pk")
        charges = list(sold.values_list("charge", flat=True))
        levers.pull("payouts/now")
        self._listen()
        levers.post("/v1/refunds", charge=charges[0], amount="4000")
        levers.post("/v1/refunds", charge=charges[0], amount="1111")
        levers.post("/v1/refunds", charge=charges[1])
        lost, won = (levers.pull(f"dispute/{charge}") for charge in charges[2:4])
        levers.pull(f"dispute/{charges[4]}", amount="2000")
        self._listen()
        levers.pull(f"dispute/{lost['id']}/lost")
        levers.pull(f"dispute/{won['id']}/won")
        accounts = sold.filter(sale__shares__council__stripe_account__gt="").values_list(
            F("sale__shares__council__stripe_account"), flat=True
        )
        for state in ("restricted", "active"):
            levers.pull(f"account/{min(accounts)}/{state}")
        levers.pull("payouts/now")
        hours.advance(hours="2")
        self._listen()

    def _listen(self) -> None:
        """Keep the events that are new, the oldest first."""
        events = [*levers.listed("/v1/events", most=MOST_EVENTS)][::-1]
        for event in [*events, *levers.thin_events()]:
            if event["id"] not in self.known:
                self.seen.setdefault(event["id"], event)
