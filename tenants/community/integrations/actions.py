"""Actions on tokens, webhooks, and stored responses of repeated requests."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from saas.accounts.models import User
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.kernel import hooks
from saas.kernel.notifying import settle
from saas.kernel.people import erasing
from saas.kernel.secrets import program_tokens
from saas.kernel.secrets.program_tokens import CreatedToken
from saas.kernel.tasks import after_commit
from saas.kernel.web import outgoing
from tenants.community.integrations import queries, rules, tasks
from tenants.community.integrations.models import (
    ApiToken,
    IdempotentRequest,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)

State = WebhookDelivery.State
MOST_AT_ONCE = 1000


@transaction.atomic
def make_token(
    *, kind: str, name: str, scopes: Iterable[str], days: int, by: User, at: dt.datetime
) -> CreatedToken[ApiToken]:
    """Create a personal token, or a token for an integration of the whole space."""
    if kind == ApiToken.Kind.INTEGRATION:
        rules.check_administers(hooks.duties_of(by))
    secret, columns = program_tokens.fresh(rules.PREFIX, days=days, at=at)
    rules.check_few(queries.open_count_of(by, kind, at=at), rules.MOST_TOKENS)
    token = ApiToken(
        kind=kind,
        name=name.strip(),
        person=by,
        scopes=rules.check_scopes(kind, scopes),
        **columns,
    )
    token.full_clean()
    token.save()
    queue_notice(person=by, kind=Kind.TOKEN, at=at, detail=f"({token.name})")
    return CreatedToken(token, secret)


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, at: dt.datetime) -> ApiToken:
    """End a token at once; twice is once."""
    if token.kind == ApiToken.Kind.INTEGRATION:
        rules.check_administers(hooks.duties_of(by))
    else:
        rules.check_own(token.person_id, by.pk)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
    return token


@transaction.atomic
def revoke_all_of(*, by: User, at: dt.datetime) -> int:
    """Revoke all tokens of a leaver and return their number."""
    return ApiToken.objects.filter(person=by, revoked_at=None).update(revoked_at=at)


@transaction.atomic
def revoke_personal(*, by: User, at: dt.datetime) -> int:
    """Revoke a member's personal tokens after a password change; return their number."""
    own = ApiToken.objects.filter(person=by, kind=ApiToken.Kind.PERSONAL, revoked_at=None)
    return own.update(revoked_at=at)


@transaction.atomic
def receive_request(*, key: str, fingerprint: str, by: User, at: dt.datetime) -> IdempotentRequest:
    """Store the key of a request before it is processed. Raises IntegrityError for a used key."""
    return IdempotentRequest.objects.create(
        person=by, key=key, fingerprint=fingerprint, received_at=at
    )


@transaction.atomic
def store_answer(
    *,
    request: IdempotentRequest,
    answer: rules.Answer,
    by: User,  # noqa: ARG001 - the request says whose it is
    at: dt.datetime,  # noqa: ARG001
) -> None:
    """Store the response of a request for its retries."""
    request.status, request.body = answer
    request.save(update_fields=["status", "body"])


@transaction.atomic
def add_endpoint(
    *, url: str, name: str, kinds: Iterable[str], by: User, at: dt.datetime
) -> WebhookEndpoint:
    """Create a webhook endpoint for events of the space."""
    rules.check_administers(hooks.duties_of(by))
    rules.check_few(len(queries.endpoints()), rules.MOST_ENDPOINTS)
    endpoint = WebhookEndpoint(
        url=outgoing.check_url(url, local=settings.WEBHOOK_LOCAL_RECEIVERS),
        name=name.strip(),
        kinds=rules.check_kinds(kinds),
        made_by=by,
        made_at=at,
    )
    endpoint.full_clean()
    endpoint.save()
    return endpoint


@transaction.atomic
def renew_secret(*, endpoint: WebhookEndpoint, by: User, at: dt.datetime) -> WebhookEndpoint:
    """Replace the signing secret; the former secret also signs for a day."""
    rules.check_administers(hooks.duties_of(by))
    endpoint.former_nonce, endpoint.former_until = endpoint.nonce, at + rules.FORMER_SECRET_LASTS
    endpoint.nonce = uuid.uuid4()
    endpoint.save(update_fields=["nonce", "former_nonce", "former_until"])
    return endpoint


@transaction.atomic
def pause(*, endpoint: WebhookEndpoint, by: User, at: dt.datetime) -> WebhookEndpoint:
    """Pause deliveries to an endpoint; pending deliveries are kept."""
    rules.check_administers(hooks.duties_of(by))
    endpoint.paused_at = at
    endpoint.save(update_fields=["paused_at"])
    return endpoint


@transaction.atomic
def resume(*, endpoint: WebhookEndpoint, by: User, at: dt.datetime) -> WebhookEndpoint:
    """Resume deliveries to an endpoint, pending deliveries first."""
    rules.check_administers(hooks.duties_of(by))
    endpoint.paused_at = endpoint.failing_since = None
    endpoint.save(update_fields=["paused_at", "failing_since"])
    settle(rules.about(endpoint.reference), at=at)
    for delivery in endpoint.deliveries.filter(state=State.DUE)[:MOST_AT_ONCE]:
        _send_now(delivery, at=at)
    return endpoint


@transaction.atomic
def remove_endpoint(*, endpoint: WebhookEndpoint, by: User, at: dt.datetime) -> None:
    """Forget an address with all that was told to it."""
    rules.check_administers(hooks.duties_of(by))
    endpoint.delete()
    settle(rules.about(endpoint.reference), at=at)


@transaction.atomic
def ping(*, endpoint: WebhookEndpoint, by: User, at: dt.datetime) -> WebhookDelivery:
    """Send something that means nothing, to see whether it arrives."""
    rules.check_administers(hooks.duties_of(by))
    event = WebhookEvent.objects.create(kind=rules.PING, data={}, happened_at=at)
    return _deliver(event, endpoint, at=at)


@transaction.atomic
def replay(*, delivery: WebhookDelivery, by: User, at: dt.datetime) -> WebhookDelivery:
    """Send an event again to the same address, whatever came of it before; its id stays."""
    rules.check_administers(hooks.duties_of(by))
    delivery = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    delivery.state, delivery.attempts_made, delivery.ended_at = State.DUE, 0, None
    _send_now(delivery, at=at)
    return delivery


@transaction.atomic
def record_event(*, happening: hooks.Happening, at: dt.datetime) -> None:
    """Store an event for each subscribed endpoint. Called by rooms only, through a hook."""
    endpoints = queries.endpoints_subscribed_to(happening.kind)
    if not endpoints:
        return
    event = WebhookEvent.objects.create(
        kind=happening.kind, data=queries.data_of(happening), happened_at=at
    )
    for endpoint in endpoints:
        _deliver(event, endpoint, at=at)


@transaction.atomic
def forget_old(*, at: dt.datetime) -> None:
    """Delete rows past their retention. Called by the clock only."""
    queries.old_answers(at=at).delete()
    queries.old_events(at=at).delete()
    queries.dead_tokens(at=at).delete()


def _deliver(event: WebhookEvent, endpoint: WebhookEndpoint, *, at: dt.datetime) -> WebhookDelivery:
    delivery = WebhookDelivery.objects.create(endpoint=endpoint, event=event, next_at=at)
    after_commit(tasks.deliver, delivery.pk)
    return delivery


def _send_now(delivery: WebhookDelivery, *, at: dt.datetime) -> None:
    delivery.next_at = at
    delivery.save()
    after_commit(tasks.deliver, delivery.pk)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's tokens and the stored responses for their programs."""
    ApiToken.objects.filter(person=by).delete()
    IdempotentRequest.objects.filter(person=by).delete()
    return []


@transaction.atomic
def forget_things(*, trace: erasing.Trace, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete webhook events about erased objects. Called by an erasure only."""
    WebhookEvent.objects.filter(data__reference__in=list(trace.references)).delete()
