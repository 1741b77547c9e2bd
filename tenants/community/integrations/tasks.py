"""Tasks after the commit: a delivery to an external address."""

import datetime as dt
from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from saas.kernel import cache
from saas.kernel.tasks import OutsideTask, call_after_commit, send
from tenants.community.integrations import gateway, notifications, queries, rules
from tenants.community.integrations.models import WebhookAttempt, WebhookDelivery

# A single thread at a time delivers to an endpoint: a slow endpoint delays no other.
TURN_SECONDS = 30
# Sooner than the clock comes by.
SOON = dt.timedelta(minutes=1)


@shared_task(base=OutsideTask)
def deliver(delivery_id: int) -> None:
    """Send a due delivery outside of any transaction, and record its outcome."""
    delivery = queries.due_now(delivery_id, at=timezone.now())
    if delivery is None:
        return
    turn = f"webhook:{delivery.endpoint_id}"
    if not cache.claimed(turn, seconds=TURN_SECONDS):
        return  # the clock comes back to it
    try:
        outcome = gateway.send(queries.request_of(delivery, at=timezone.now()))
    finally:
        cache.forget(turn)
    _record(delivery.pk, outcome, at=timezone.now())


@transaction.atomic
def _record(delivery_id: int, outcome: rules.Outcome, *, at: dt.datetime) -> None:
    delivery = (
        WebhookDelivery.objects.select_for_update(of=("self",))
        .select_related("endpoint")
        .filter(pk=delivery_id)
        .first()
    )
    if delivery is None:
        return
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=at,
        took_ms=outcome.took_ms,
        status=outcome.status,
        failure=outcome.failure,
    )
    delivery.attempts_made += 1
    if outcome.delivered:
        _end(delivery, WebhookDelivery.State.DELIVERED, at=at)
    elif (again := rules.next_try(delivery.attempts_made, at=at)) is not None:
        delivery.next_at = again
        if again - at <= SOON:
            wait = round((again - at).total_seconds()) + 1
            on_commit = partial(send, deliver, delivery.pk, after_seconds=wait)
            call_after_commit(on_commit)
    else:
        _end(delivery, WebhookDelivery.State.FAILED, at=at)
    delivery.save()
    _judge(delivery, outcome, at=at)


def _end(delivery: WebhookDelivery, state: str, *, at: dt.datetime) -> None:
    delivery.state, delivery.next_at, delivery.ended_at = state, None, at


def _judge(delivery: WebhookDelivery, outcome: rules.Outcome, *, at: dt.datetime) -> None:
    """Record the start of an endpoint's failures; pause it and notify after a long outage."""
    endpoint = delivery.endpoint
    if outcome.delivered:
        endpoint.failing_since = None
    else:
        endpoint.failing_since = endpoint.failing_since or at
        if rules.is_worn_out(endpoint.failing_since, at=at):
            is_news = endpoint.paused_at is None
            endpoint.paused_at = endpoint.paused_at or at
            if is_news:
                since = endpoint.failing_since
                notifications.notify_paused(endpoint, failing_since=since, at=at)
    endpoint.save(update_fields=["failing_since", "paused_at"])
