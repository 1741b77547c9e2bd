"""Queries of this room: tokens, answers kept for repeated requests, webhooks and deliveries."""

import base64
import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import auth
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.accounts.rules import token_for
from saas.kernel import hooks
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.secrets import tokens
from tenants.community.integrations import rules
from tenants.community.integrations.models import (
    ApiToken,
    IdempotentRequest,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from tenants.community.members.queries import people as member_queries
from tenants.spaces import hosts
from tenants.spaces.queries.own import own_space

BACKEND = "saas.accounts.backends.ActivePersonBackend"
MOST_LISTED = 100
MOST_DELIVERIES = 50


class ShownToken(NamedTuple):
    """A token as its page lists it."""

    token: ApiToken
    opens: list[str]
    state: str


class WebhookRequest(NamedTuple):
    """The HTTP request of a delivery: its address, the signed body, and the headers."""

    url: str
    body: bytes
    headers: dict[str, str]


class ShownDelivery(NamedTuple):
    """A delivery with its tries, as the page of a webhook shows it."""

    delivery: WebhookDelivery
    kind: str
    reference: str
    attempts: list[WebhookAttempt]
    last: str


def token_with(secret: str, *, at: dt.datetime) -> ApiToken | None:
    """Find the token of a secret while it works: in time, not revoked, its person here."""
    found = ApiToken.objects.filter(
        token_hash=tokens.hashed(secret), revoked_at=None, expires_at__gt=at
    ).first()
    if found is None or not _may_act(found):
        return None
    return found


def person_of(token: ApiToken) -> User | None:
    """Return the active user of a token, loaded by the session's authentication backend."""
    [backend] = [one for one in auth.get_backends() if hasattr(one, "get_user")]
    person = backend.get_user(token.person_id)
    return person if isinstance(person, User) else None


def _may_act(token: ApiToken) -> bool:
    if token.kind == ApiToken.Kind.PERSONAL:
        return True
    return token.person_id in member_queries.administrator_ids()


def tokens_of(person: User, *, at: dt.datetime) -> list[ShownToken]:
    """List a person's own tokens: active tokens, then expired and revoked tokens."""
    return _shown(ApiToken.objects.filter(person=person, kind=ApiToken.Kind.PERSONAL), at=at)


def integration_tokens(*, at: dt.datetime) -> list[ShownToken]:
    """List the tokens of the space's integrations, regardless of their creator."""
    return _shown(ApiToken.objects.filter(kind=ApiToken.Kind.INTEGRATION), at=at)


def _shown(rows: QuerySet[ApiToken], *, at: dt.datetime) -> list[ShownToken]:
    newest = rows.select_related("person").order_by(
        F("revoked_at").desc(nulls_first=True), "-made_at", "-pk"
    )
    shown = [
        ShownToken(
            token, [rules.words_of(scope) for scope in token.scopes.split()], _state(token, at=at)
        )
        for token in newest[:MOST_LISTED]
    ]
    return sorted(shown, key=lambda one: one.state != "open")


def _state(token: ApiToken, *, at: dt.datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "open" if token.expires_at > at else "expired"


def open_count_of(person: User, kind: str, *, at: dt.datetime) -> int:
    """Count the tokens of a kind that work."""
    rows = ApiToken.objects.filter(kind=kind, revoked_at=None, expires_at__gt=at)
    return (rows.filter(person=person) if kind == ApiToken.Kind.PERSONAL else rows).count()


def own_token(reference: str, *, person: User) -> ApiToken | None:
    """Return a personal token of the person, if it exists."""
    return ApiToken.objects.filter(
        reference=reference, person=person, kind=ApiToken.Kind.PERSONAL
    ).first()


def integration_token(reference: str) -> ApiToken | None:
    """Find a token of an integration."""
    return ApiToken.objects.filter(reference=reference, kind=ApiToken.Kind.INTEGRATION).first()


def dead_tokens(*, at: dt.datetime) -> QuerySet[ApiToken]:
    """List tokens that expired or were revoked before the end of their retention."""
    long_ago = at - rules.DEAD_TOKEN_RETENTION
    return ApiToken.objects.filter(Q(revoked_at__lt=long_ago) | Q(expires_at__lt=long_ago))


def answered_with(key: str, *, person: User) -> IdempotentRequest | None:
    """Return the request that a person sent with a key, if any."""
    return IdempotentRequest.objects.filter(person=person, key=key).first()


def old_answers(*, at: dt.datetime) -> QuerySet[IdempotentRequest]:
    """List stored responses past their retention."""
    return IdempotentRequest.objects.filter(received_at__lt=at - rules.ANSWER_RETENTION)


def endpoints() -> list[Any]:
    """List the webhooks of the space, each with how many of its deliveries wait or failed."""
    due = Count("deliveries", filter=Q(deliveries__state=WebhookDelivery.State.DUE))
    failed = Count("deliveries", filter=Q(deliveries__state=WebhookDelivery.State.FAILED))
    return list(WebhookEndpoint.objects.annotate(due=due, failed=failed)[:MOST_LISTED])


def endpoint_named(reference: str) -> WebhookEndpoint | None:
    """Find a webhook."""
    return WebhookEndpoint.objects.filter(reference=reference).select_related("made_by").first()


def endpoints_subscribed_to(kind: str) -> list[WebhookEndpoint]:
    """List the webhooks that are told of a kind of event now."""
    open_ones = WebhookEndpoint.objects.filter(paused_at=None, kinds__contains=kind)
    return [one for one in open_ones if kind in one.kinds.split()]


def deliveries_of(endpoint: WebhookEndpoint) -> list[ShownDelivery]:
    """List the last deliveries to a webhook with their tries, in two statements."""
    tries = Prefetch("attempts", queryset=WebhookAttempt.objects.all(), to_attr="tries")
    rows: Iterable[Any] = (
        WebhookDelivery.objects.filter(endpoint=endpoint)
        .select_related("event")
        .prefetch_related(tries)
        .order_by("-event__happened_at", "-pk")[:MOST_DELIVERIES]
    )
    return [
        ShownDelivery(
            row,
            str(rules.KINDS.get(row.event.kind, row.event.kind)),
            row.event.data.get("reference", ""),
            row.tries,
            _in_words(row.tries[-1]) if row.tries else "",
        )
        for row in rows
    ]


def _in_words(attempt: WebhookAttempt) -> str:
    if attempt.failure:
        return str(rules.FAILURES[attempt.failure])
    return f"HTTP {attempt.status}"


def delivery_of(endpoint: WebhookEndpoint, number: int) -> WebhookDelivery | None:
    """Find a delivery to a webhook."""
    return WebhookDelivery.objects.filter(endpoint=endpoint, pk=number).first()


def due(*, at: dt.datetime) -> QuerySet[WebhookDelivery]:
    """List due deliveries, the longest due first."""
    rows = WebhookDelivery.objects.filter(
        state=WebhookDelivery.State.DUE, next_at__lte=at, endpoint__paused_at=None
    )
    return rows.order_by("next_at")


def due_now(delivery_id: int, *, at: dt.datetime) -> WebhookDelivery | None:
    """Return a delivery if it is due now, with its endpoint and event."""
    return due(at=at).filter(pk=delivery_id).select_related("endpoint", "event").first()


def old_events(*, at: dt.datetime) -> QuerySet[WebhookEvent]:
    """List events that are kept no longer; their deliveries go with them."""
    return WebhookEvent.objects.filter(happened_at__lt=at - rules.DELIVERY_RETENTION)


def secret_of(nonce: UUID) -> str:
    """Return the secret derived from a nonce, in the format of Standard Webhooks."""
    key = base64.urlsafe_b64decode(token_for(rules.SECRET, nonce) + "=")
    return f"whsec_{base64.b64encode(key).decode()}"


def request_of(delivery: WebhookDelivery, *, at: dt.datetime) -> WebhookRequest:
    """Return a delivery as it is sent now, signed with each secret in force."""
    event, endpoint = delivery.event, delivery.endpoint
    payload = {
        "type": event.kind,
        "timestamp": event.happened_at.isoformat(),
        "data": event.data,
    }
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    identity, moment = f"msg_{event.uuid.hex}", str(int(at.timestamp()))
    nonces = [endpoint.nonce]
    if endpoint.former_nonce and endpoint.former_until and endpoint.former_until > at:
        nonces.append(endpoint.former_nonce)
    signatures = [
        rules.signed(secret_of(nonce), identity=identity, moment=moment, body=body)
        for nonce in nonces
    ]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Troovon-Webhooks/1",
        "webhook-id": identity,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signatures),
    }
    return WebhookRequest(endpoint.url, body, headers)


def data_of(happening: hooks.Happening) -> dict[str, str]:
    """Return the payload of an event: the address of the object, and no personal data."""
    slug = own_space().slug
    return {
        "reference": happening.reference,
        "title": happening.title,
        "url": hosts.space_url(slug, happening.url),
        "api_url": hosts.space_url(slug, f"/api/v1/{happening.about}/{happening.reference}/"),
    }


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data that this room stores about a person, for their data export."""
    return [
        table(
            "tokens",
            _("Jetons d’accès"),
            ApiToken.objects.filter(person=person),
            *("reference", "kind", "name", "scopes", "made_at", "expires_at", "last_used_at"),
            "revoked_at",
        )
    ]
