"""Operators retry stopped work: transfers, events, calls, foundings."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from billing import clock
from billing.councils import tasks
from billing.models import Share, StripeCall, StripeEvent, StripeHalt
from billing.stripe import halts
from tests.factories.billing import (
    make_council,
)
from tests.fixtures.billing import HOLD, Till
from tests.fixtures.broker import kill_broker
from tests.fixtures.people import SpaceClient
from tests.saas.console.conftest import failed_founding, sold
from tests.tenants.community.council.reading import text_of

type Committed = Callable[..., AbstractContextManager[object]]


def test_a_transfer_that_waits_is_tried_again(
    console: SpaceClient, till: Till, django_capture_on_commit_callbacks: Committed
) -> None:
    council = make_council("north")
    share = Share.objects.get(sale__order=sold(till))
    till.let_shares_leave()
    assert "Dues, et qui ne partent pas CSE north" in text_of(console, "/transfers/")
    till.active_account(council)
    Share.objects.filter(pk=share.pk).update(state="waiting_account")

    with django_capture_on_commit_callbacks(execute=True):
        response = console.post(f"/transfers/{share.reference}/")

    assert (response.status_code, response["Location"]) == (303, "/transfers/")
    assert till.jobs.waiting[-1][1] == (council.pk,)
    assert console.post("/transfers/SH-XXXXXX/").status_code == 404


def test_a_transfer_that_is_tried_again_without_a_broker_is_left_to_the_clock(
    console: SpaceClient,
    till: Till,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Committed,
) -> None:
    till.active_account(make_council("north"))
    share = Share.objects.get(sale__order=sold(till))
    Share.objects.filter(pk=share.pk).update(state="waiting_account")
    with monkeypatch.context() as patched, django_capture_on_commit_callbacks(execute=True):
        tried = kill_broker(patched)
        assert console.post(f"/transfers/{share.reference}/").status_code == 303
    assert tried == [tasks.release_council.name]
    clock.release(at=till.at + HOLD)
    assert Share.objects.get(pk=share.pk).state == "sending"


def test_a_parked_event_and_a_parked_call_are_tried_again(console: SpaceClient, till: Till) -> None:
    sold(till)
    till.settle()
    event = StripeEvent.objects.all()[0]
    StripeEvent.objects.filter(pk=event.pk).update(state="parked", failure="amount 1, not 2")
    call = StripeCall.objects.get(kind="checkout")
    StripeCall.objects.filter(pk=call.pk).update(state="parked", failure="resource_missing")
    page = text_of(console, "/jobs/")
    assert "amount 1, not 2" in page
    assert "resource_missing" in page

    for kind, key in (("event", event.pk), ("call", call.pk)):
        sent = {"kind": kind, "key": key}
        assert console.post("/jobs/retry/", sent).status_code == 303

    event.refresh_from_db()
    call.refresh_from_db()
    assert (event.state, call.state) == ("received", "unknown")


def test_a_parked_transfer_may_be_given_up(console: SpaceClient, till: Till) -> None:
    sold(till)
    call = StripeCall.objects.get(kind="checkout")
    StripeCall.objects.filter(pk=call.pk).update(state="parked", result_id="")
    assert "Renoncer à l’appel" not in text_of(console, "/jobs/")
    sent = {"kind": "let_go", "key": call.pk}
    assert console.post("/jobs/retry/", sent).status_code == 422
    StripeCall.objects.filter(pk=call.pk).update(kind="transfer")
    assert "Renoncer à l’appel" in text_of(console, "/jobs/")
    assert console.post("/jobs/retry/", sent).status_code == 303
    assert "puis abandonné s’il n’y est pas" in text_of(console, "/jobs/")
    call.refresh_from_db()
    assert call.state == "unknown"


def test_failed_founding_is_built_again_and_its_founder_stays_unnamed(console: SpaceClient) -> None:
    founding = failed_founding()
    page = text_of(console, "/jobs/")
    assert "helvane" in page
    assert "La base n’a pas répondu." in page
    assert "Claire" not in page
    assert "claire.rossi" not in page
    sent = {"kind": "founding", "key": founding.reference}
    assert console.post("/jobs/retry/", sent).status_code == 303
    founding.refresh_from_db()
    assert founding.state == "queued"


def test_calls_go_on_once_the_key_is_right(console: SpaceClient, till: Till) -> None:
    halts.halt("clé refusée", at=till.at)
    assert "Stripe refuse notre clé clé refusée" in text_of(console, "/jobs/")
    assert console.post("/jobs/halt/").status_code == 303
    assert StripeHalt.objects.get().ended_at is not None
