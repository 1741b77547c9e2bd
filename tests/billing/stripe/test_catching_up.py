"""Missed events are listed again, old events are purged, and a refused key halts all calls."""

import datetime as dt
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from billing import clock, webhooks
from billing.councils import tasks
from billing.dispatch.events import CONNECTED_KINDS, SNAPSHOT_KINDS, THIN_KINDS
from billing.models import (
    Dispute,
    LedgerEntry,
    Order,
    Payment,
    Payout,
    Reconciliation,
    StripeEvent,
    StripeHalt,
)
from billing.stripe import events
from billing.stripe.actions import inbox
from billing.stripe.gateway import reads, treasury
from billing.stripe.gateway.events import snapshots_since, thin_since
from billing.stripe.gateway.values import Event, StripeCallFailed
from billing.stripe.rules.answers import Problem
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council
from tests.factories.stripe_objects import refusing
from tests.fixtures.billing import Jobs, Till, books
from tests.fixtures.months import Days
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def few_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the thirty days of a first night be asked for in six lists instead of 120."""
    monkeypatch.setattr(clock, "LISTED_AT_ONCE", dt.timedelta(days=5))


def old(days: int, state: str) -> None:
    StripeEvent.objects.update(
        received_at=dt.datetime(2026, 11, 25, tzinfo=dt.UTC) - dt.timedelta(days=days), state=state
    )


@pytest.mark.usefixtures("few_lists")
def test_lost_events_payouts_and_refunds_are_found_by_night(till: Till, shop: Merchant) -> None:
    make_council("north")
    order = till.open(make_campaign(shop, {"north": 20_000}, at=till.at))
    till.pay(order)
    till.simulator.pull("clock/advance", days="4")
    till.simulator.pull("payouts/now")
    clock.refetch_unsettled()
    till.jobs.catch_up()
    clock.reconcile_balance()
    till.jobs.run()
    assert Order.objects.get().state == "paid"
    assert Payout.objects.get().amount_cents == 23_615
    assert books("stripe.balance") == 0


@pytest.mark.usefixtures("few_lists")
def test_the_night_keeps_only_what_did_not_reach_us(
    till: Till, shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, store_event = [], inbox.store_event

    def counted(**arguments: Any) -> bool:
        stored.append(arguments["event"].id)
        return store_event(**arguments)

    for caller in (clock, webhooks):
        monkeypatch.setattr(caller, "store_event", counted)
    till.pay(till.open(make_campaign(shop, {"north": 20_000}, at=till.at)))
    clock.refetch_unsettled()
    known, lost = StripeEvent.objects.count(), StripeEvent.objects.latest("pk")
    assert len(stored) == known > 3
    stored.clear()
    lost.delete()
    clock.refetch_unsettled()
    assert stored == [lost.event_id]
    assert StripeEvent.objects.count() == known


def test_an_event_that_was_processed_long_ago_is_forgotten_and_harmless_if_it_comes_again(
    till: Till, shop: Merchant
) -> None:
    till.buy(make_campaign(shop, {"north": 20_000}, at=till.at))
    entries = LedgerEntry.objects.count()
    old(61, "processed")
    happened = till.postman.listed()
    assert events.forget(at=till.at) == len(happened)
    assert not StripeEvent.objects.exists()
    till.postman.deliver(happened)
    till.jobs.catch_up()
    assert LedgerEntry.objects.count() == entries


@pytest.mark.parametrize(("days", "state"), [(59, "processed"), (400, "parked"), (400, "received")])
def test_young_or_open_event_is_kept(till: Till, shop: Merchant, days: int, state: str) -> None:
    till.pay(till.open(make_campaign(shop, {"north": 20_000}, at=till.at)))
    till.postman.deliver_new()
    old(days, state)
    assert events.forget(at=till.at) == 0


def test_how_old_an_event_is_goes_by_the_clock_that_forgets_it() -> None:
    came = AT + dt.timedelta(days=500)
    event = Event("evt_1", "x", "ch_1", "", livemode=False, api_version="", body=b"{}")
    inbox.store_event(event=event, endpoint="snapshot", at=came)
    StripeEvent.objects.update(state="processed")

    assert events.forget(at=came + dt.timedelta(days=59)) == 0
    assert events.forget(at=came + dt.timedelta(days=61)) == 1


def test_a_refused_key_stops_the_night_and_is_a_halt_for_operators(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = refusing(Problem(status=401, message="Expired API Key"))
    monkeypatch.setattr("billing.clock.snapshots_since", expired)
    clock.catch_up()
    clock.catch_up()
    assert StripeHalt.objects.get(ended_at=None).reason == "Expired API Key"


class Listed:
    """The start times of the event lists requested, a few hours each, until Stripe fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patched = monkeypatch
        self.since: list[dt.datetime] = []
        self.until: dt.datetime | None = None
        self.good = 0
        self.trouble: StripeCallFailed | None = None
        monkeypatch.setattr(clock, "snapshots_since", self._snapshots)
        monkeypatch.setattr(clock, "thin_since", self._thin)

    def night(self, now: dt.datetime) -> None:
        """Ask for events at a moment."""
        self.patched.setattr(timezone, "now", lambda: now)
        clock.refetch_unsettled()

    def _snapshots(
        self, since: dt.datetime, _kinds: object, *, before: dt.datetime | None, undelivered: bool
    ) -> list[Event]:
        assert not undelivered
        if self.until is None or since != self.until:
            self.since.append(since)
        self.until = before
        return []

    def _thin(
        self, since: dt.datetime, _kinds: object, *, before: dt.datetime | None
    ) -> list[Event]:
        assert before == self.until
        assert before is None or since < before
        if self.trouble and not self.good:
            self.until = None
            raise self.trouble
        self.good = max(self.good - 1, 0)
        return []


@pytest.fixture
def listed(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> Listed:
    return Listed(monkeypatch)


A_DAY = dt.timedelta(days=1)
AN_HOUR = dt.timedelta(hours=1)


def compared(at: dt.datetime, state: str = "agrees") -> None:
    Reconciliation.objects.create(
        first_day=at.date(), last_day=at.date(), begun_at=at, ended_at=at, state=state
    )


def test_events_are_listed_since_this_last_went_well(listed: Listed) -> None:
    compared(AT + A_DAY)
    listed.night(AT)
    listed.trouble = StripeCallFailed(Problem(status=500))
    for day in (1, 3, 7):
        listed.night(AT + day * A_DAY)
    assert listed.since == [AT - 30 * A_DAY, AT - A_DAY, AT - AN_HOUR, AT - AN_HOUR]
    listed.trouble = None
    listed.night(AT + 7 * A_DAY)
    compared(AT + 7 * A_DAY)
    listed.night(AT + 7 * A_DAY)
    assert listed.since[4:] == [AT - AN_HOUR, AT + 5 * A_DAY]


def test_a_list_that_breaks_off_goes_on_where_it_ended(listed: Listed) -> None:
    compared(AT + 20 * A_DAY)
    listed.night(AT)
    listed.trouble = StripeCallFailed(Problem(status=500))
    for listed.good in (40, 20, 0):
        listed.night(AT + 20 * A_DAY)
    listed_until = AT - AN_HOUR + 40 * clock.LISTED_AT_ONCE
    again = listed_until - AN_HOUR + 20 * clock.LISTED_AT_ONCE
    assert listed.since[1:] == [AT - AN_HOUR, listed_until - AN_HOUR, again - AN_HOUR]


def test_watched_payouts_are_synced_though_the_list_takes_too_long(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def long(*_: object, **__: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(clock, "snapshots_since", long)
    with pytest.raises(SoftTimeLimitExceeded):
        clock.refetch_unsettled()
    assert (tasks.sync_payouts, (tasks.OURS, 30)) in jobs.waiting


def test_events_are_listed_by_the_hours_in_which_they_happened(till: Till, shop: Merchant) -> None:
    till.active_account(make_council("north"))
    till.pay(till.open(make_campaign(shop, {"north": 20_000}, at=till.at)))
    happened = till.postman.listed()
    begun, over = till.postman.since, till.at + A_DAY
    for since, before, most in ((begun, over, len(happened)), (over, None, 0), (begun, begun, 0)):
        found = snapshots_since(since, SNAPSHOT_KINDS, undelivered=False, before=before)
        thin = thin_since(since, THIN_KINDS, before=before)
        assert len([*found, *thin]) == most


def test_database_of_an_earlier_day_lists_its_events_again(listed: Listed) -> None:
    compared(AT - 9 * A_DAY, "differs")
    compared(AT - 8 * A_DAY, "failed")
    for _ in range(2):
        listed.night(AT)
    assert listed.since == [AT - 30 * A_DAY, AT - 9 * A_DAY - AN_HOUR]


def test_events_are_listed_no_longer_than_stripe_keeps_them(listed: Listed) -> None:
    compared(AT)
    for days in (0, 45):
        listed.night(AT + days * A_DAY)
    assert listed.since[-1] == AT + 15 * A_DAY


def test_payouts_are_fetched_since_events_were_last_listed(
    jobs: Jobs, listed: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = make_council("north", account="acct_north")
    compared(AT)
    for days in (0, 17):
        listed.night(AT + days * A_DAY)
    clock.watch(at=AT)
    requests = [args for task, args in jobs.waiting if task.name.endswith("sync_payouts")]
    assert requests == [(whose, days) for days in (30, 18, 14) for whose in (council.pk, 0)]
    since: list[dt.datetime] = []

    def payouts_since(moment: dt.datetime, **_: object) -> list[treasury.Payout]:
        since.append(moment)
        return []

    monkeypatch.setattr(treasury, "payouts_since", payouts_since)
    tasks.sync_payouts(council.pk, 8)
    tasks.sync_payouts(council.pk)
    assert since == [AT + 9 * A_DAY, AT + 15 * A_DAY]


def test_a_payout_that_a_bank_sends_back_days_later_is_found_without_its_event(
    till: Till, shop: Merchant, days: Days
) -> None:
    till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    payout = ""
    for later, state in ((4, "paid"), (6, "failed")):
        till.simulator.pull("clock/advance", days=str(later))
        days.passed += later * A_DAY
        payout = payout or till.simulator.pull("payouts/now")["payout"]["id"]
        till.simulator.pull(f"payout/{payout}/{state}")
        clock.watch(at=timezone.now())
        till.jobs.run()
        assert Payout.objects.get().state == state


@pytest.mark.usefixtures("few_lists")
def test_inquiry_without_events_is_found(till: Till, shop: Merchant, days: Days) -> None:
    order = till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    charge = Payment.objects.get(order=order).charge
    till.simulator.pull(f"dispute/{charge}", inquiry="true")
    till.simulator.pull("clock/advance", days="6")
    days.passed += 6 * A_DAY
    clock.refetch_unsettled()
    till.jobs.catch_up()
    assert Dispute.objects.get().state == "warning_needs_response"


def test_every_kind_has_one_endpoint_and_no_kind_is_asked_for_twice() -> None:
    assert len(SNAPSHOT_KINDS) == len(set(SNAPSHOT_KINDS)) > 20
    assert set(CONNECTED_KINDS) == {
        "payout.paid",
        "payout.failed",
        "account.external_account.updated",
    }
    assert all(kind.startswith("v2.") for kind in THIN_KINDS)
    assert len(THIN_KINDS) <= 20


def test_each_account_is_looked_at_once_and_asked_for_no_more_than_it_has(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def available(account: str) -> int:
        looked.append(account)
        if account == "acct_gone":
            raise StripeCallFailed(Problem(status=404))
        return {"acct_a": 100, "acct_b": 50}[account]

    owed = [(number, "acct_a", 40) for number in range(1, 601)]
    owed += [(601, "acct_gone", 1), (602, "acct_b", 51), (603, "acct_b", 50), (604, "acct_b", 1)]
    monkeypatch.setattr(reads, "available_cents", available)
    monkeypatch.setattr(clock, "owed_claims", lambda **_: owed)
    clock.watch(at=AT)
    assert sorted(looked) == ["acct_a", "acct_b", "acct_gone"]
    requests = [args for task, args in jobs.waiting if task == tasks.retry_reversal]
    assert requests == [(1,), (2,), (603,)]
