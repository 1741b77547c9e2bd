"""Outages of Stripe and failing events, and events that bring nothing new."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Order, Payment, StripeEvent
from billing.orders.settlement import payments
from billing.stripe import events
from billing.stripe.rules import answers
from billing.stripe.rules.answers import Problem
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council
from tests.factories.records import make_event
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db

LATER = dt.timedelta(minutes=31)


@pytest.fixture
def paid(till: Till, shop: Merchant) -> Payment:
    make_council("north")
    return till.pay(till.open(make_campaign(shop, {"north": 20_000}, at=till.at)))


def an_event(payment: Payment) -> StripeEvent:
    return make_event("checkout.session.completed", payment.session_id, event_id="evt_heard")


def process(event: StripeEvent, at: dt.datetime) -> StripeEvent:
    events.process(event.pk, at=at)
    event.refresh_from_db()
    return event


def test_an_outage_of_stripe_parks_no_event_however_long_it_takes(
    till: Till, paid: Payment
) -> None:
    event, at = an_event(paid), till.at
    times = 2 * events.MOST_ATTEMPTS
    till.fail("rate_limit", "/v1/checkout/sessions", method="GET", times=str(times))
    for _ in range(times):
        assert process(event, at).state == "received"
        at += LATER
    assert "429" in event.failure
    assert process(event, at).state == "processed"
    assert Order.objects.get().state == "paid"


def test_an_event_that_fails_by_itself_is_parked_at_the_fifth_time(
    till: Till, paid: Payment
) -> None:
    event, at = an_event(paid), till.at
    Payment.objects.update(session_id="cs_test_nobody")
    event.object_id = "cs_test_nobody"
    event.save(update_fields=["object_id"])
    states = []
    for _ in range(events.MOST_ATTEMPTS):
        states.append(process(event, at).state)
        at += LATER
    assert states == ["received"] * 4 + ["parked"]


def test_known_payment_is_synced_again_without_a_lock(till: Till, paid: Payment) -> None:
    payments.sync(paid.pk, at=till.at)
    paid.refresh_from_db()
    assert (paid.state, paid.balance_transaction != "") == ("succeeded", True)
    with CaptureQueriesContext(connection) as queries:
        payments.sync(paid.pk, at=till.at)
    assert len(queries) == 1


@pytest.mark.parametrize(
    "changed", [{"balance_transaction": ""}, {"problem": "amount"}, {"payment_intent": "pi_other"}]
)
def test_payment_not_known_whole_is_followed(
    till: Till, paid: Payment, changed: dict[str, str]
) -> None:
    payments.sync(paid.pk, at=till.at)
    known = Payment.objects.values().get()
    Payment.objects.update(**changed)
    payments.sync(paid.pk, at=till.at)
    assert Payment.objects.values().get() == known


@pytest.mark.parametrize(
    ("status", "passing"),
    [(None, True), (409, True), (429, True), (500, True), (503, True), (400, False), (404, False)],
)
def test_a_passing_failure_is_distinguished_from_a_refusal(
    *, status: int | None, passing: bool
) -> None:
    assert answers.is_passing(Problem(status)) is passing
