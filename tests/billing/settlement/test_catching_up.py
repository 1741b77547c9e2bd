"""What was lost is asked for again, what is old is forgotten, and a refused key stops it all."""

import datetime as dt
from typing import Any

import pytest

from billing import actions, clock
from billing.gateway.values import StripeSaidNo
from billing.models import LedgerEntry, Order, Payout, StripeEvent, StripeHalt
from billing.rules.answers import Problem
from billing.settlement import events
from billing.settlement.events import CONNECTED_KINDS, SNAPSHOT_KINDS, THIN_KINDS
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db


def old(days: int, state: str) -> None:
    StripeEvent.objects.update(
        received_at=dt.datetime(2026, 11, 25, tzinfo=dt.UTC) - dt.timedelta(days=days), state=state
    )


def test_everything_lost_is_found_by_night_payouts_and_refunds_too(
    till: Till, shop: Merchant
) -> None:
    make_council("north")
    order = till.open(make_campaign(shop, {"north": 20_000}, at=till.at))
    till.pay(order)
    till.simulator.pull("clock/advance", days="4")
    till.simulator.pull("payouts/now")
    clock.look_again()
    till.jobs.catch_up()
    clock.reconcile_balance()
    till.jobs.run()
    assert Order.objects.get().state == "paid"
    assert Payout.objects.get().amount_cents == 23_615
    ours = LedgerEntry.objects.filter(account="stripe.balance")
    assert sum(ours.values_list("amount_cents", flat=True)) == 0


def test_the_night_keeps_only_what_did_not_reach_us(
    till: Till, shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, keep_event = [], actions.keep_event

    def counted(**told: Any) -> bool:
        kept.append(told["event"].id)
        return keep_event(**told)

    monkeypatch.setattr(actions, "keep_event", counted)
    till.pay(till.open(make_campaign(shop, {"north": 20_000}, at=till.at)))
    clock.look_again()
    known, lost = StripeEvent.objects.count(), StripeEvent.objects.latest("pk")
    assert len(kept) == known > 3
    kept.clear()
    lost.delete()
    clock.look_again()
    assert kept == [lost.event_id]
    assert StripeEvent.objects.count() == known


def test_an_event_that_was_processed_long_ago_is_forgotten_and_harmless_if_it_comes_again(
    till: Till, shop: Merchant
) -> None:
    order = till.open(make_campaign(shop, {"north": 20_000}, at=till.at))
    till.pay(order)
    till.settle()
    entries = LedgerEntry.objects.count()
    old(61, "processed")
    assert events.forget(at=till.at) == len(till.postman.listed())
    assert not StripeEvent.objects.exists()
    till.settle()
    assert LedgerEntry.objects.count() == entries


@pytest.mark.parametrize(("days", "state"), [(59, "processed"), (400, "parked"), (400, "received")])
def test_what_is_young_or_not_done_is_kept(
    till: Till, shop: Merchant, days: int, state: str
) -> None:
    till.pay(till.open(make_campaign(shop, {"north": 20_000}, at=till.at)))
    till.postman.deliver()
    old(days, state)
    assert events.forget(at=till.at) == 0


def test_a_refused_key_stops_the_night_and_tells_an_operator(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise StripeSaidNo(Problem(status=401, message="Expired API Key"))

    monkeypatch.setattr("billing.clock.snapshots_since", refused)
    clock.catch_up()
    clock.catch_up()
    assert StripeHalt.objects.get(ended_at=None).reason == "Expired API Key"


def test_every_kind_has_one_door_and_no_kind_is_asked_for_twice() -> None:
    assert len(SNAPSHOT_KINDS) == len(set(SNAPSHOT_KINDS)) > 20
    assert set(CONNECTED_KINDS) == {
        "payout.paid",
        "payout.failed",
        "account.external_account.updated",
    }
    assert all(kind.startswith("v2.") for kind in THIN_KINDS)
    assert len(THIN_KINDS) <= 20
