"""A call that was parked is made again by an operator: once, and never under a key of before."""

import datetime as dt
from typing import Any

import pytest
import requests

from billing.adjustments.actions.refunds import request_refund
from billing.models import Order, Payment, Refund, StateChange, StripeCall
from billing.orders.actions.checkout import cancel_checkout
from billing.stripe.actions.operators import retry_call
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import reads
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from tests.factories.billing import make_merchant_user
from tests.fixtures.billing import Till, begins_with, sold
from tests.fixtures.people import AT

pytestmark = [pytest.mark.django_db, begins_with(sold)]


class StoredFailures:
    """A Stripe that fails each call for a refund, and repeats that failure to the same key."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.status, self.kind = 500, "api_error"
        self.spoiled: list[str] = []
        self.requested: list[str] = []
        self.broken = True
        real = requests.Session.request

        def request(session: requests.Session, method: str, url: str, **rest: Any) -> Any:
            if method != "post" or not url.endswith("/v1/refunds"):
                return real(session, method, url, **rest)
            key = rest["headers"]["Idempotency-Key"]
            self.requested.append(key)
            if not self.broken and key not in self.spoiled:
                return real(session, method, url, **rest)
            return self._fail(key)

        monkeypatch.setattr(requests.Session, "request", request)

    def _fail(self, key: str) -> requests.Response:
        response = requests.Response()
        response.status_code = self.status
        response._content = f'{{"error": {{"type": "{self.kind}"}}}}'.encode()  # noqa: SLF001
        response.headers["Stripe-Should-Retry"] = "false"
        if key in self.spoiled:
            response.headers["Idempotent-Replayed"] = "true"
        else:
            self.spoiled.append(key)
        return response


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> StoredFailures:
    return StoredFailures(monkeypatch)


@pytest.fixture
def call(till: Till, order: Order) -> StripeCall:
    """Return the call of a refund of 10.00 that has not been sent."""
    request_refund(order=order, amount_cents=1_000, by=make_merchant_user("Opale"), at=till.at)
    return StripeCall.objects.get(kind="refund")


def go_on(call: StripeCall, at: dt.datetime) -> dt.datetime:
    """Send a call as often as it is due, until it is over; return when that was."""
    for _ in range(50):
        call.refresh_from_db()
        if call.state in {"done", "failed", "parked"}:
            return at
        at = max(at, call.next_at or at)
        make_call(call.pk, at=at)
    raise AssertionError(call.state)


def retry(call: StripeCall, at: dt.datetime) -> None:
    retry_call(call=call, by=make_merchant_user("Onyx"), at=at)


def refunds_at_stripe() -> list[int]:
    payment = Payment.objects.get()
    return [refund.amount_cents for refund in reads.refunds_of(payment.payment_intent)]


def keys(call: StripeCall, *attempts: int) -> list[str]:
    return [f"test:refund:{call.uuid}:{attempt}" for attempt in attempts]


def test_a_parked_call_that_left_nothing_is_made_once_under_a_key_that_is_new(
    till: Till, call: StripeCall, stripe: StoredFailures
) -> None:
    parked_at = go_on(call, till.at)
    assert (call.state, call.attempt) == ("parked", 5)
    assert stripe.spoiled == keys(call, 1, 2, 3, 4, 5)
    stripe.broken, stripe.requested = False, []
    retry(call, parked_at)
    go_on(call, parked_at)
    assert (call.state, call.key) == ("done", *keys(call, 6))
    assert stripe.requested == keys(call, 6)
    assert refunds_at_stripe() == [1_000]
    assert Refund.objects.get().state == "succeeded"


def test_each_retry_uses_up_five_more_keys_and_none_of_before(
    till: Till, call: StripeCall, stripe: StoredFailures
) -> None:
    at = go_on(call, till.at)
    for last in (10, 15):
        stripe.requested = []
        retry(call, at)
        at = go_on(call, at)
        assert (call.state, call.attempt) == ("parked", last)
        assert sorted(set(stripe.requested)) == sorted(keys(call, *range(last - 4, last + 1)))
    assert refunds_at_stripe() == []


def test_a_parked_call_that_was_done_is_found_and_not_made_again(
    till: Till, call: StripeCall, stripe: StoredFailures
) -> None:
    till.fail("error_after", "/v1/refunds", times="1")  # done, and the 500 is kept under its key
    stripe.broken = False
    make_call(call.pk, at=till.at)
    StripeCall.objects.filter(pk=call.pk).update(state="parked")
    stripe.broken, stripe.requested = True, []
    retry(call, till.at)
    go_on(call, till.at)
    assert (call.state, call.attempt) == ("done", 1)
    assert stripe.requested == []
    assert refunds_at_stripe() == [1_000]
    assert Refund.objects.get().state == "succeeded"


def test_a_call_that_waits_for_its_next_try_goes_out_at_once_under_the_same_key(
    till: Till, call: StripeCall, stripe: StoredFailures
) -> None:
    make_call(call.pk, at=till.at)
    call.refresh_from_db()
    assert (call.state, call.next_at and call.next_at > till.at) == ("in_flight", True)
    stripe.broken = False
    retry(call, till.at)
    call.refresh_from_db()
    assert (call.next_at, call.key) == (till.at, *keys(call, 1))


def test_a_call_that_is_parked_early_gets_five_keys_more_and_no_sixth(
    till: Till, call: StripeCall, stripe: StoredFailures
) -> None:
    StripeCall.objects.filter(pk=call.pk).update(state="parked", first_sent_at=till.at)
    retry(call, till.at)
    go_on(call, till.at)
    assert (call.state, call.attempt) == ("parked", 6)


def test_refused_call_is_retried_under_its_key_then_under_a_new_one(
    till: Till, call: StripeCall, stripe: StoredFailures
) -> None:
    stripe.status, stripe.kind = 400, "invalid_request_error"
    go_on(call, till.at)
    assert (call.state, call.attempt, stripe.requested) == ("parked", 1, keys(call, 1))
    stripe.broken, stripe.requested = False, []
    retry(call, till.at)
    call.refresh_from_db()
    assert (call.state, call.key) == ("pending", *keys(call, 1))
    go_on(call, till.at)
    assert (call.state, stripe.requested) == ("done", keys(call, 1, 2))
    assert refunds_at_stripe() == [1_000]


def test_failure_that_stripe_did_not_store_is_retried_under_its_key(
    till: Till, call: StripeCall, stripe: StoredFailures
) -> None:
    stripe.status, stripe.kind = 400, "invalid_request_error"
    go_on(call, till.at)
    stripe.broken, stripe.spoiled, stripe.requested = False, [], []
    soon = till.at + dt.timedelta(hours=20, seconds=-1)
    retry(call, soon)
    go_on(call, soon)
    assert (call.state, call.attempt, stripe.requested) == ("done", 1, keys(call, 1))
    change = StateChange.objects.get(machine="call")
    assert (change.trigger, change.before, change.after) == ("retried", "parked", "pending")


@pytest.mark.parametrize(
    ("kind", "hours"), [("idempotency_error", 0), ("invalid_request_error", 20)]
)
def test_a_key_that_is_spoiled_or_forgotten_is_not_used_again(
    till: Till, call: StripeCall, stripe: StoredFailures, kind: str, hours: int
) -> None:
    stripe.status, stripe.kind = 400, kind
    go_on(call, till.at)
    stripe.broken, stripe.requested = False, []
    later = till.at + dt.timedelta(hours=hours)
    retry(call, later)
    call.refresh_from_db()
    assert call.state == "unknown"
    go_on(call, later)
    assert (call.state, stripe.requested) == ("done", keys(call, 2))
    assert refunds_at_stripe() == [1_000]


def test_a_call_that_still_runs_is_not_made_beside_itself(
    till: Till, call: StripeCall, stripe: StoredFailures
) -> None:
    stripe.status, stripe.kind = 409, "idempotency_error"
    make_call(call.pk, at=till.at)
    call.refresh_from_db()
    assert call.state == "in_flight"
    retry(call, till.at)
    make_call(call.pk, at=till.at)
    assert set(stripe.requested) == set(keys(call, 1))
    stripe.broken, stripe.spoiled = False, []
    go_on(call, till.at)
    assert (call.state, call.attempt, refunds_at_stripe()) == ("done", 1, [1_000])


def test_a_call_that_is_under_way_is_not_retried(till: Till, call: StripeCall) -> None:
    with pytest.raises(Refused):
        retry(call, till.at)
    assert not StateChange.objects.filter(machine="call").exists()


@begins_with(None)
def test_a_payment_page_that_is_still_open_was_not_closed(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    cancel_checkout(order=order, by=campaign.merchant.owner, at=AT)
    closing = StripeCall.objects.get(kind="expire")
    StripeCall.objects.filter(pk=closing.pk).update(state="unknown", first_sent_at=AT)

    make_call(closing.pk, at=AT)
    closing.refresh_from_db()
    assert (closing.state, closing.attempt) == ("pending", 2)

    make_call(closing.pk, at=AT)
    assert Payment.objects.get(order=order).state == "expired"
