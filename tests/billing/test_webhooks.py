"""Posts to the three webhook endpoints, and the events stored from them."""

import json
import time
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import AsyncRequestFactory, RequestFactory

from billing import webhooks
from billing.models import StripeEvent
from billing.stripe.gateway.client import API_VERSION
from billing.stripe.gateway.events import read_event
from billing.stripe.gateway.values import BadEvent
from tests.fixtures.billing import Jobs
from tests.fixtures.postman import Postman, signature, thin_body

pytestmark = pytest.mark.django_db


def snapshot_body(**changes: Any) -> bytes:
    event = {
        "id": "evt_1",
        "object": "event",
        "api_version": API_VERSION,
        "created": 1_764_069_300,
        "livemode": False,
        "type": "checkout.session.completed",
        "data": {"object": {"id": "cs_test_1", "object": "checkout.session"}},
    }
    return json.dumps(event | changes).encode()


def stored() -> list[tuple[str, str, str]]:
    return list(StripeEvent.objects.values_list("event_id", "object_id", "state"))


def test_a_signed_event_is_kept_and_answered_at_once(postman: Postman) -> None:
    assert postman.post("snapshot", snapshot_body()) == 200
    assert stored() == [("evt_1", "cs_test_1", "received")]


def test_a_thin_event_names_what_changed(postman: Postman) -> None:
    assert postman.post("thin", thin_body("v2.core.account.updated", "acct_1")) == 200
    assert stored() == [("evt_thin", "acct_1", "received")]


@pytest.mark.parametrize(
    "seconds", [pytest.param(-301, id="too old"), pytest.param(301, id="from the future")]
)
def test_signature_of_another_time_is_refused(postman: Postman, seconds: int) -> None:
    body = snapshot_body()
    secret = settings.STRIPE_WEBHOOK_SECRETS["snapshot"][0]
    at = time.time() + seconds + (2 if seconds > 0 else 0)
    assert postman.post("snapshot", body, sign=signature(body, secret, at=at)) == 400
    assert stored() == []


@pytest.mark.parametrize("sign", ["", "t=1,v1=0", "nonsense", "t=,v1=", "v1=abc"])
def test_a_bad_signature_leaves_nothing(postman: Postman, sign: str) -> None:
    assert postman.post("snapshot", snapshot_body(), sign=sign) == 400
    assert stored() == []


@pytest.mark.parametrize("endpoint", ["snapshot", "connected", "thin"])
@pytest.mark.parametrize(
    "stamp",
    [
        pytest.param("\u00b2", id="a digit that is no number"),
        pytest.param("\u0661", id="a digit of another script"),
        pytest.param("9" * 5000, id="an endless number"),
        pytest.param("1" * 13, id="a moment that nobody lives to see"),
    ],
)
def test_a_moment_that_is_no_number_of_seconds_is_refused(
    settings: LazySettings, endpoint: str, stamp: str
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = {endpoint: ["whsec_1"]}
    for sign in (f"t={stamp},v1=00", f"v1=00,t={stamp}"):
        with pytest.raises(BadEvent, match="signature"):
            read_event(endpoint, b"{}", sign)


def test_a_forged_signature_with_a_strange_digit_is_answered_with_a_refusal() -> None:
    request = RequestFactory().post(
        "/stripe/snapshot/",
        snapshot_body(),
        "application/json",
        HTTP_STRIPE_SIGNATURE="t=\u00b2,v1=00",
    )
    assert webhooks.snapshot(request).status_code == 400
    assert stored() == []


def test_foreign_secret_and_a_changed_body_leave_nothing(postman: Postman) -> None:
    body = snapshot_body()
    sign = signature(body, settings.STRIPE_WEBHOOK_SECRETS["snapshot"][0])
    assert postman.post("snapshot", body, sign=signature(body, "whsec_other")) == 400
    assert postman.post("snapshot", snapshot_body(id="evt_2"), sign=sign) == 400
    assert stored() == []


def test_while_a_secret_is_rotated_both_are_good(postman: Postman, settings: LazySettings) -> None:
    first, second = snapshot_body(id="evt_1"), snapshot_body(id="evt_2")
    settings.STRIPE_WEBHOOK_SECRETS = {"snapshot": ["whsec_new", "whsec_old"]}
    assert postman.post("snapshot", first, sign=signature(first, "whsec_new")) == 200
    assert postman.post("snapshot", second, sign=signature(second, "whsec_old")) == 200


@pytest.mark.parametrize("endpoint", ["snapshot", "thin"])
@pytest.mark.parametrize(
    "body", [b"\xff\xfe{}", b"[1]", b"{}", b"nothing", b'"text"', b"null", b'{"id": "evt_1"}']
)
def test_signed_body_of_no_event_is_refused(postman: Postman, endpoint: str, body: bytes) -> None:
    assert postman.post(endpoint, body) == 400
    assert stored() == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"id": None}, id="no id"),
        pytest.param({"id": ""}, id="an empty id"),
        pytest.param({"id": "evt_" + "1" * 5000}, id="an endless id"),
        pytest.param({"id": "evt_\x001"}, id="a NUL in the id"),
        pytest.param({"data": {"object": {"id": "cs_\x00"}}}, id="a NUL in the object's id"),
        pytest.param({"type": 7}, id="a type that is a number"),
        pytest.param({"livemode": "no"}, id="a mode that is a word"),
    ],
)
def test_names_that_are_no_names_are_refused_though_they_are_signed(
    postman: Postman, changes: dict[str, Any]
) -> None:
    assert postman.post("snapshot", snapshot_body(**changes)) == 400
    assert stored() == []


@pytest.mark.parametrize("endpoint", ["snapshot", "thin"])
def test_an_event_without_a_bottom_is_refused(postman: Postman, endpoint: str) -> None:
    depth = 30_000
    assert postman.post(endpoint, b'{"a":' * depth + b"1" + b"}" * depth) == 400
    assert stored() == []


def test_event_at_the_other_endpoint_is_refused(postman: Postman, settings: LazySettings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = {"snapshot": ["whsec_same"], "thin": ["whsec_same"]}
    assert postman.post("snapshot", thin_body("v2.core.account.updated", "acct_1")) == 400
    assert postman.post("thin", snapshot_body()) == 400


def test_an_event_that_comes_twice_is_kept_once(postman: Postman) -> None:
    assert [postman.post("snapshot", snapshot_body()) for _ in range(2)] == [200, 200]
    assert len(stored()) == 1


def test_an_event_of_the_other_mode_is_kept_and_left(postman: Postman, jobs: Jobs) -> None:
    assert postman.post("snapshot", snapshot_body(livemode=True)) == 200
    jobs.catch_up()
    assert stored() == [("evt_1", "cs_test_1", "ignored")]


def test_an_event_of_another_version_is_marked_and_processed(postman: Postman) -> None:
    postman.post("snapshot", snapshot_body(api_version="2026-08-26.dahlia"))
    event = StripeEvent.objects.get()
    assert (event.state, event.other_version) == ("received", True)


@pytest.mark.parametrize("endpoint", ["snapshot", "thin"])
def test_a_type_that_nobody_waits_for_is_left(postman: Postman, jobs: Jobs, endpoint: str) -> None:
    body = (
        snapshot_body(type="invoice.created")
        if endpoint == "snapshot"
        else thin_body("v2.core.something_new", "obj_1")
    )
    assert postman.post(endpoint, body) == 200
    jobs.catch_up()
    assert [state for _, _, state in stored()] == ["ignored"]


def test_a_charge_on_a_councils_account_is_not_ours(postman: Postman, jobs: Jobs) -> None:
    body = snapshot_body(type="charge.succeeded", account="acct_1")
    assert postman.post("snapshot", body) == 200
    assert postman.post("connected", body) == 200
    connected_body = snapshot_body(id="evt_2", type="charge.succeeded", account="acct_1")
    assert postman.post("connected", connected_body) == 200
    jobs.catch_up()
    assert [state for _, _, state in stored()] == ["ignored", "ignored"]


def test_too_large_a_body_is_not_read(postman: Postman) -> None:
    assert postman.post("snapshot", snapshot_body(padding="x" * 300 * 1024)) == 413
    assert stored() == []


def test_too_large_a_body_that_says_no_length_is_refused() -> None:
    body = snapshot_body(padding="x" * 300 * 1024)
    request = AsyncRequestFactory().post("/stripe/snapshot/", body, "application/json")
    del request.META["CONTENT_LENGTH"]
    assert webhooks.snapshot(request).status_code == 413


@pytest.mark.parametrize("length", ["9" * 5000, "\u0661", "1_0", "+10", "-1", "10, 10", "ten"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    body = snapshot_body()
    request = RequestFactory().post(
        "/stripe/snapshot/", body, "application/json", headers={"content-length": length}
    )
    assert webhooks.snapshot(request).status_code == 413
