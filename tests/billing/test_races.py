"""Two at once: real threads, real commits."""

import datetime as dt

import pytest
from django.db import transaction

from billing import clock
from billing.adjustments.actions.refunds import request_refund
from billing.councils.settlement import releases
from billing.models import (
    Invoice,
    LedgerEntry,
    Order,
    Payment,
    Sale,
    Share,
    StripeCall,
    StripeEvent,
    Transfer,
)
from billing.orders.queries.operators import order_of
from billing.orders.settlement import payments
from billing.stripe.actions.inbox import store_event
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import client as gateway_client
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import Event
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from tests.billing.test_webhooks import snapshot_body
from tests.factories.billing import (
    make_campaign,
    make_council,
    make_merchant_user,
    make_paid_session,
    make_shop,
)
from tests.fixtures.billing import Jobs, Till
from tests.fixtures.people import AT
from tests.fixtures.postman import Postman
from tests.fixtures.together import at_once

pytestmark = pytest.mark.usefixtures("own_database")


def test_an_event_that_comes_twice_at_once_is_kept_once() -> None:
    event = Event("evt_1", "x", "ch_1", "", False, gateway_client.API_VERSION, b"{}")  # noqa: FBT003

    def store_once(_: int) -> bool:
        return store_event(event=event, endpoint="snapshot", at=AT)

    assert sorted(at_once(store_once, range(4))) == [False, False, False, True]
    assert StripeEvent.objects.count() == 1


def test_without_a_broker_the_event_is_kept_and_found_by_the_clock(
    postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("saas.kernel.tasks._PlacedTask.apply_async", broken)
    assert postman.post("snapshot", snapshot_body(type="invoice.created")) == 200
    assert list(StripeEvent.objects.values_list("state", flat=True)) == ["received"]
    jobs = Jobs()
    monkeypatch.setattr(
        "saas.kernel.tasks._PlacedTask.apply_async",
        lambda task, args=(), **_: jobs.waiting.append((task, args)),
    )
    clock.sweep_events()
    jobs.run()
    assert list(StripeEvent.objects.values_list("state", flat=True)) == ["ignored"]


def test_two_refunds_at_once_never_give_back_more_than_was_paid(till: Till) -> None:
    order = till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    operators = [make_merchant_user("Opale") for _ in range(4)]

    def ask(number: int) -> bool:
        by = operators[number]
        try:
            request_refund(order=order, amount_cents=14_000, by=by, at=till.at)
        except Refused:
            return False
        return True

    assert sorted(at_once(ask, range(4))) == [False, False, False, True]


def test_four_clicks_at_once_are_one_order_and_one_session(till: Till) -> None:
    campaign = make_campaign(make_shop(), {"north": 20_000}, at=till.at)
    orders = at_once(till.open, [campaign] * 4)
    assert len(set(orders)) == 1
    till.jobs.catch_up()
    till.open(campaign)
    assert Payment.objects.count() == 1
    assert StripeCall.objects.filter(kind="checkout").count() == 1


def test_payment_synced_by_four_workers_at_once_is_one_sale(till: Till) -> None:
    make_council("north")
    order = till.open(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    payment = till.pay(order)
    at_once(lambda _: payments.sync(payment.pk, at=till.at), range(4))
    assert Sale.objects.count() == 1
    assert Invoice.objects.count() == 1
    assert LedgerEntry.objects.filter(account="share.cost").count() == 1


def test_a_share_that_is_released_by_four_at_once_is_sent_once(till: Till) -> None:
    till.active_account(make_council("north"))
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    later = till.at + dt.timedelta(days=15)
    till.simulator.pull("clock/advance", to=later.isoformat())
    share = Share.objects.get()
    at_once(lambda _: releases.release(share.pk, at=later), range(4))
    call = StripeCall.objects.get(kind="transfer")
    at_once(lambda _: make_call(call.pk, at=later), range(4))
    assert Transfer.objects.get().state == "done"
    assert reads.balance_cents() == 24_000 - 385 - 8_000


def test_twenty_payments_at_once_are_numbered_without_a_gap(till: Till) -> None:
    shop = make_shop()
    campaigns = [make_campaign(shop, {"north": 1_000}, at=till.at) for _ in range(20)]
    paid = [make_paid_session(campaign, at=till.at) for campaign in campaigns]

    def settle(number: int) -> None:
        payment_id, session = paid[number]
        if number % 3 == 0:
            with transaction.atomic():
                payments.apply_snapshot(payment_id, session, at=till.at)
                transaction.set_rollback(True)
        payments.apply_snapshot(payment_id, session, at=till.at)

    at_once(settle, range(20))
    serials = sorted(Invoice.objects.values_list("serial", flat=True))
    assert serials == list(range(1, 21))
    assert set(Order.objects.values_list("state", flat=True)) == {"paid"}
    assert set(Campaign.objects.values_list("state", flat=True)) == {"paid"}


def test_stripe_is_never_asked_in_transactions(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    requests = []
    real = gateway_client.client

    def outside() -> object:
        assert not transaction.get_connection().in_atomic_block
        requests.append(1)
        return real()

    for module in ("reads", "writes"):
        monkeypatch.setattr(f"billing.stripe.gateway.{module}.client", outside)
    till.active_account(make_council("north"))
    order = till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    later = till.at + dt.timedelta(days=15)
    till.let_shares_leave(later)
    operator = make_merchant_user("Opale")
    request_refund(order=order, amount_cents=8_000, by=operator, at=later)
    till.jobs.catch_up()
    clock.watch(at=later)
    till.jobs.run()
    assert order_of(order.reference)
    assert Share.objects.get().state == "partly_reversed"
    assert len(requests) > 8
