"""A call to Stripe is made once, whatever comes back."""

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from billing import clock
from billing.adjustments.actions.refunds import request_refund
from billing.dispatch.calls import HANDLERS
from billing.models import Order, StripeCall, StripeHalt
from billing.orders.actions.checkout import open_checkout
from billing.stripe.actions.operators import end_halt
from billing.stripe.calls import send
from billing.stripe.calls.send import make_call
from billing.stripe.gateway.client import client
from billing.stripe.gateway.values import Answer
from billing.stripe.queries.troubles import failed_calls
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_merchant_user
from tests.fixtures.billing import Till, begins_with, sold


def asked_back(till: Till) -> None:
    """Sell, and ask for 10.00 to be given back; nothing of it is sent yet."""
    sold(till)
    by = make_merchant_user("Opale")
    request_refund(order=Order.objects.get(), amount_cents=1_000, by=by, at=till.at)


pytestmark = [pytest.mark.django_db, begins_with(asked_back)]


class Wire:
    """Requests that were really sent to Stripe: method, path, headers, body."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, dict[str, str], str]] = []
        self.answer: Callable[[str], requests.Response | None] = lambda _url: None

    def keys(self, path: str) -> list[str]:
        return [headers["Idempotency-Key"] for _, url, headers, _ in self.posts(path)]

    def bodies(self, path: str) -> list[str]:
        return [body for *_, body in self.posts(path)]

    def posts(self, path: str) -> list[tuple[str, str, dict[str, str], str]]:
        return [one for one in self.sent if one[0] == "post" and one[1].endswith(path)]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Record the requests to Stripe, and replace a response if the test provides a substitute."""
    tapped = Wire()
    real = requests.Session.request

    def listen(session: requests.Session, method: str, url: str, **rest: Any) -> Any:
        tapped.sent.append((method, url, dict(rest["headers"]), str(rest.get("data") or "")))
        made_up = tapped.answer(url)
        return real(session, method, url, **rest) if made_up is None else made_up

    monkeypatch.setattr(requests.Session, "request", listen)
    monkeypatch.setattr("stripe.HTTPClient._sleep_time_seconds", lambda *_: 0)
    return tapped


def seconds_until(call: StripeCall, till: Till) -> float:
    """In how long a call is made again; calls that failed together come apart."""
    assert call.next_at
    return (call.next_at - till.at).total_seconds()


def answering(status: int, code: str = "", **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    about_the_key = status == HTTPStatus.CONFLICT or code == "idempotency_error"
    kind = "idempotency_error" if about_the_key else "invalid_request_error"
    response._content = (  # noqa: SLF001
        f'{{"error": {{"type": "{kind}", "code": "{code}", "message": "no"}}}}'.encode()
    )
    response.headers.update(headers)
    return response


@pytest.fixture
def call(till: Till) -> StripeCall:
    """Return the call of a refund of 10.00 that has not been sent."""
    return StripeCall.objects.get(kind="refund")


def resend(call: StripeCall, at: dt.datetime) -> StripeCall:
    StripeCall.objects.filter(pk=call.pk).update(next_at=at)
    make_call(call.pk, at=at)
    call.refresh_from_db()
    return call


def test_the_key_is_a_header_and_never_a_field(till: Till, wire: Wire, call: StripeCall) -> None:
    make_call(call.pk, at=till.at)
    assert wire.keys("/v1/refunds") == [call.key]
    assert call.key == f"test:refund:{call.uuid}:1"
    assert all("idempotency_key" not in body for *_, body in wire.sent)


def test_each_resend_has_the_same_key_and_words(till: Till, wire: Wire, call: StripeCall) -> None:
    wire.answer = lambda url: answering(500) if url.endswith("/refunds") else None
    make_call(call.pk, at=till.at)
    wire.answer = lambda _url: None
    assert resend(call, till.at + dt.timedelta(minutes=3)).state == "done"
    assert len(wire.keys("/v1/refunds")) == 4  # the library tried three times
    assert len(set(wire.keys("/v1/refunds"))) == 1
    assert len(set(wire.bodies("/v1/refunds"))) == 1


@begins_with(None)
def test_prepared_params_are_sent_though_settings_have_changed(
    till: Till, wire: Wire, campaign: Campaign, settings: LazySettings
) -> None:
    shop = campaign.merchant
    shop.stripe_customer = "cus_known"
    shop.save()
    open_checkout(campaign=campaign, by=shop.owner, at=till.at)
    call = StripeCall.objects.get(kind="checkout")
    wire.answer = lambda _url: answering(500)
    make_call(call.pk, at=till.at)
    settings.BASE_HOST = "elsewhere.example"
    settings.TROOVON_ENV = "elsewhere"
    resend(call, till.at + dt.timedelta(hours=1))
    bodies = wire.bodies("/v1/checkout/sessions")
    assert len(set(bodies)) == 1
    assert "elsewhere" not in bodies[0]
    assert parse_qs(bodies[0])["metadata[troovon_env]"] == ["test"]


@pytest.mark.parametrize("code", ["lock_timeout", "idempotency_key_in_use"])
def test_a_call_that_is_under_way_elsewhere_is_tried_a_little_later(
    till: Till, wire: Wire, call: StripeCall, code: str
) -> None:
    wire.answer = lambda _url: answering(409, code)
    make_call(call.pk, at=till.at)
    call.refresh_from_db()
    assert call.state == "in_flight"
    assert 30 <= seconds_until(call, till) < 37.5
    wire.answer = lambda _url: None
    assert resend(call, till.at + dt.timedelta(seconds=31)).state == "done"


def test_stripe_says_how_long_it_is_busy(till: Till, wire: Wire, call: StripeCall) -> None:
    wire.answer = lambda _url: answering(429, "rate_limit", **{"Retry-After": "90"})
    make_call(call.pk, at=till.at)
    call.refresh_from_db()
    assert 90 <= seconds_until(call, till) < 112.5
    assert len(wire.keys("/v1/refunds")) == 1


def test_every_kind_of_call_has_its_work() -> None:
    assert [HANDLERS[kind].on_success for kind in StripeCall.Kind]
    assert set(HANDLERS) == set(StripeCall.Kind)


def test_a_key_used_with_other_words_is_parked_and_gets_no_new_key(
    till: Till, wire: Wire, call: StripeCall
) -> None:
    wire.answer = lambda _url: answering(400, "idempotency_error")
    make_call(call.pk, at=till.at)
    key = call.key
    call.refresh_from_db()
    assert (call.state, call.key) == ("parked", key)
    clock.resume_calls()
    assert len(wire.keys("/v1/refunds")) == 1
    assert [row.id for row in failed_calls().parked] == [call.pk]


def test_done_call_is_found_after_twenty_hours(till: Till, wire: Wire, call: StripeCall) -> None:
    done = HANDLERS[StripeCall.Kind.REFUND].call(call)
    assert done
    StripeCall.objects.filter(pk=call.pk).update(state="in_flight", first_sent_at=till.at)
    found = resend(call, till.at + dt.timedelta(hours=20))
    assert (found.state, found.result_id) == ("done", done.value.id)
    assert len(wire.keys("/v1/refunds")) == 1


def test_same_key_is_used_a_second_before(till: Till, wire: Wire, call: StripeCall) -> None:
    StripeCall.objects.filter(pk=call.pk).update(state="in_flight", first_sent_at=till.at)
    again = resend(call, till.at + dt.timedelta(hours=20, seconds=-1))
    assert (again.state, again.attempt, again.first_sent_at) == ("done", 1, till.at)
    assert wire.keys("/v1/refunds") == [call.key]


def test_after_twenty_hours_a_call_that_left_nothing_is_made_under_a_new_key(
    till: Till, wire: Wire, call: StripeCall
) -> None:
    StripeCall.objects.filter(pk=call.pk).update(state="in_flight", first_sent_at=till.at)
    later = till.at + dt.timedelta(hours=20)
    again = resend(call, later)
    assert (again.state, again.attempt) == ("pending", 2)
    assert again.key == f"test:refund:{call.uuid}:2"
    assert wire.keys("/v1/refunds") == []
    assert resend(call, later).state == "done"


def test_the_fifth_key_is_the_last(till: Till, call: StripeCall) -> None:
    StripeCall.objects.filter(pk=call.pk).update(state="unknown", attempt=5, first_sent_at=till.at)
    assert resend(call, till.at).state == "parked"


def test_refused_key_halts_all_until_it_is_ended(till: Till, wire: Wire, call: StripeCall) -> None:
    wire.answer = lambda _url: answering(401)
    make_call(call.pk, at=till.at)
    assert StripeHalt.objects.filter(ended_at=None).count() == 1
    wire.answer = lambda _url: None
    sent = len(wire.sent)
    assert resend(call, till.at + dt.timedelta(hours=1)).state == "in_flight"
    assert len(wire.sent) == sent
    end_halt(by=make_merchant_user("Opale"), at=till.at)
    assert resend(call, till.at + dt.timedelta(hours=2)).state == "done"


def test_a_call_in_other_hands_is_left_alone(till: Till, wire: Wire, call: StripeCall) -> None:
    StripeCall.objects.filter(pk=call.pk).update(
        state="in_flight", first_sent_at=till.at, next_at=till.at + dt.timedelta(minutes=2)
    )
    make_call(call.pk, at=till.at + dt.timedelta(minutes=1))
    assert wire.keys("/v1/refunds") == []


def test_a_call_is_in_the_hands_of_who_makes_it_for_two_minutes(
    till: Till, call: StripeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[dt.datetime] = []
    work = HANDLERS[StripeCall.Kind.REFUND]

    def call_twice(frozen: StripeCall) -> Answer[Any] | None:
        made.append(till.at)
        call.refresh_from_db()
        assert (call.sent_at, call.next_at) == (till.at, till.at + dt.timedelta(minutes=2))
        make_call(call.pk, at=till.at + dt.timedelta(seconds=119))
        return work.call(frozen)

    monkeypatch.setitem(HANDLERS, StripeCall.Kind.REFUND, work._replace(call=call_twice))
    make_call(call.pk, at=till.at)
    assert made == [till.at]


def test_a_call_whose_sender_was_killed_is_taken_up_again(till: Till, call: StripeCall) -> None:
    StripeCall.objects.filter(pk=call.pk).update(
        state="in_flight", first_sent_at=till.at, next_at=till.at
    )
    till.jobs.waiting.clear()
    clock.resume_calls()
    till.jobs.run()
    call.refresh_from_db()
    assert call.state == "done"


def test_a_call_that_was_never_sent_is_found_by_the_clock(till: Till, call: StripeCall) -> None:
    till.jobs.waiting.clear()  # the broker lost it
    StripeCall.objects.filter(pk=call.pk).update(created_at=till.at - dt.timedelta(minutes=3))
    clock.resume_calls()
    till.jobs.run()
    call.refresh_from_db()
    assert call.state == "done"


def test_a_done_call_is_not_made_again(till: Till, wire: Wire, call: StripeCall) -> None:
    make_call(call.pk, at=till.at)
    make_call(call.pk, at=till.at + dt.timedelta(hours=1))
    assert len(wire.keys("/v1/refunds")) == 1


def test_live_key_is_never_shown_to_a_stripe_that_is_not_stripe(settings: LazySettings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_0000"
    with pytest.raises(ImproperlyConfigured, match="live key"):
        client()
    settings.STRIPE_API_BASE = "https://api.stripe.com"
    assert client() is client()


def test_call_finished_by_two_workers_has_one_result(till: Till) -> None:
    """The second worker read the call before the first wrote down its end."""
    StripeCall.objects.filter(kind="refund").update(state="in_flight")
    first, second = (StripeCall.objects.get(kind="refund") for _worker in range(2))
    finished: list[str] = []
    handler = HANDLERS[StripeCall.Kind.REFUND]._replace(
        result_id=str, on_success=lambda _call, value, _at: finished.append(value)
    )
    for call, value in ((first, "re_first"), (second, "re_second")):
        send._finish(call, handler, Answer(value, "req_1", 200), at=till.at)  # noqa: SLF001
    assert finished == ["re_first"]
    assert StripeCall.objects.get(pk=first.pk).result_id == "re_first"
