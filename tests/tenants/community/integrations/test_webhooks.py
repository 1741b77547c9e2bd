"""Webhooks: events and their receivers, slow or redirecting receivers, attempts and replays."""

import datetime as dt
import http.server
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.classifieds import actions as classifieds
from tenants.community.integrations import actions, clock, gateway, queries, rules, tasks
from tenants.community.integrations.models import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from tenants.community.members.models import Role
from tenants.community.notifications.models import Notification
from tests.fixtures.people import Browse
from tests.tenants.community.classifieds.making import make_classified, run

State = WebhookDelivery.State


class Receiver:
    """A receiver on this machine with configured responses, which stores its requests."""

    def __init__(self) -> None:
        self.status, self.pause, self.got = 204, 0.0, []  # type: tuple[int, float, list[Any]]
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers), body))
                time.sleep(outer.pause)
                self.send_response(outer.status)
                self.send_header("Location", "https://elsewhere.example/")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Suppress the log."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    made = Receiver()
    settings.WEBHOOK_LOCAL_RECEIVERS = [made.place]
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def admin(owner: User) -> User:
    Role.objects.create(user=owner, role="administrator", given_at=timezone.now())
    return owner


@pytest.fixture
def endpoint(admin: User, receiver: Receiver) -> WebhookEndpoint:
    kinds = ["classified.posted", "classified.closed"]
    url = f"http://{receiver.place}/hook"
    return actions.add_endpoint(url=url, name="Intranet", kinds=kinds, by=admin, at=timezone.now())


def delivered(receiver: Receiver, delivery: WebhookDelivery) -> WebhookDelivery:
    run(tasks.deliver, delivery.pk)
    delivery.refresh_from_db()
    return delivery


def test_event_for_all_is_posted_signed_and_without_names(
    endpoint: WebhookEndpoint, receiver: Receiver, teammate: User
) -> None:
    posted = make_classified(teammate, title="Lampe")
    [delivery] = WebhookDelivery.objects.all()
    assert delivered(receiver, delivery).state == State.DELIVERED
    [(headers, body)] = receiver.got
    assert json.loads(body)["type"] == "classified.posted"
    assert json.loads(body)["data"]["reference"] == posted.reference
    assert json.loads(body)["data"]["api_url"].endswith(f"/api/v1/classifieds/{posted.reference}/")
    assert teammate.first_name not in body.decode()
    expected = rules.signed(
        queries.secret_of(endpoint.nonce),
        identity=headers["webhook-id"],
        moment=headers["webhook-timestamp"],
        body=body,
    )
    assert headers["webhook-signature"] == expected
    run(tasks.deliver, delivery.pk)
    assert len(receiver.got) == 1


def test_other_kinds_paused_endpoints_and_company_events_post_nothing(
    endpoint: WebhookEndpoint, admin: User, teammate: User
) -> None:
    posted = make_classified(teammate)
    posted.audience, posted.company_id = "company", 1
    posted.save()
    classifieds.close(classified=posted, outcome="here", by=teammate, at=timezone.now())
    actions.pause(endpoint=endpoint, by=admin, at=timezone.now())
    make_classified(teammate)
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize(("status", "failure"), [(500, ""), (301, "redirect"), (404, "")])
def test_refusal_and_redirect_are_tried_again_later(
    endpoint: WebhookEndpoint, receiver: Receiver, admin: User, status: int, failure: str
) -> None:
    receiver.status = status
    delivery = delivered(receiver, actions.ping(endpoint=endpoint, by=admin, at=timezone.now()))
    [attempt] = WebhookAttempt.objects.all()
    assert (attempt.status, attempt.failure) == (status, failure)
    assert (delivery.state, len(receiver.got)) == (State.DUE, 1)
    assert delivery.next_at
    assert delivery.next_at > timezone.now()
    run(tasks.deliver, delivery.pk)
    assert len(receiver.got) == 1
    WebhookDelivery.objects.update(next_at=timezone.now())
    receiver.status = 200
    assert delivered(receiver, delivery).state == State.DELIVERED


def test_slow_receiver_is_left(
    endpoint: WebhookEndpoint, receiver: Receiver, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "WHOLE_SECONDS", 0.2)
    receiver.pause = 1.0
    delivered(receiver, actions.ping(endpoint=endpoint, by=admin, at=timezone.now()))
    assert WebhookAttempt.objects.get().failure == "slow"


def test_endpoint_failing_for_days_is_paused_then_resumes_its_deliveries(
    endpoint: WebhookEndpoint, receiver: Receiver, admin: User
) -> None:
    receiver.status = 503
    WebhookEndpoint.objects.update(failing_since=timezone.now() - dt.timedelta(days=4))
    delivery = delivered(receiver, actions.ping(endpoint=endpoint, by=admin, at=timezone.now()))
    endpoint.refresh_from_db()
    assert endpoint.paused_at
    news = Notification.objects.filter(about=rules.about(endpoint.reference))
    assert [(one.person_id, one.path) for one in news] == [(admin.pk, endpoint.get_absolute_url())]
    assert "est en pause" in news[0].title
    WebhookDelivery.objects.update(next_at=timezone.now())
    assert delivered(receiver, delivery).attempts_made == 1
    receiver.status = 200
    actions.resume(endpoint=endpoint, by=admin, at=timezone.now())
    assert delivered(receiver, delivery).state == State.DELIVERED


def test_given_up_is_replayed_with_the_same_id(
    endpoint: WebhookEndpoint, receiver: Receiver, admin: User, browse: Browse
) -> None:
    receiver.status = 500
    delivery = actions.ping(endpoint=endpoint, by=admin, at=timezone.now())
    WebhookDelivery.objects.update(attempts_made=len(rules.PAUSES))
    assert delivered(receiver, delivery).state == State.FAILED
    receiver.status = 200
    page = browse(admin).get(endpoint.get_absolute_url())
    assert "HTTP 500" in page.text
    url = f"{endpoint.get_absolute_url()}deliveries/{delivery.pk}/replay/"
    assert browse(admin).post(url).status_code == 303
    assert delivered(receiver, delivery).state == State.DELIVERED
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]


def test_new_secret_signs_beside_the_former_for_a_day(
    endpoint: WebhookEndpoint, receiver: Receiver, admin: User
) -> None:
    former = queries.secret_of(endpoint.nonce)
    endpoint = actions.renew_secret(endpoint=endpoint, by=admin, at=timezone.now())
    assert queries.secret_of(endpoint.nonce) != former
    delivered(receiver, actions.ping(endpoint=endpoint, by=admin, at=timezone.now()))
    assert len(receiver.got[0][0]["webhook-signature"].split()) == 2


def test_lost_job_is_found_by_the_clock_and_old_deliveries_go(
    endpoint: WebhookEndpoint, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = actions.ping(endpoint=endpoint, by=admin, at=timezone.now())
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(clock, "send", lambda *job: sent.append(job))
    run(clock.send_due)
    assert sent == [(tasks.deliver, delivery.pk)]
    actions.forget_old(at=timezone.now() + dt.timedelta(days=31))
    assert not WebhookEvent.objects.exists()
