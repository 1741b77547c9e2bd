"""Events: parsed from webhook requests, or listed again if some may have been lost."""

import datetime as dt
import json
import logging
import re
import time
from collections.abc import Iterator
from typing import Any, cast

import stripe
from django.conf import settings

from billing.stripe.gateway.client import client, raising_problems
from billing.stripe.gateway.values import BadEvent, Event, id_of, moment
from saas.kernel.watching.log_context import Vouched

_log = logging.getLogger(__name__)
TOLERANCE_SECONDS = 300
_MOST = 100
_MOST_TYPES = 20
# Of id, type, object, account and version, as the table of events keeps them.
_LONGEST = (120, 120, 120, 60, 40)
_PLAIN = re.compile(r"[\x21-\x7e]*")
_SECONDS = re.compile(r"[0-9]{1,12}")


def warn_of_missing_secrets() -> None:
    """Log each endpoint that refuses events because its secret is not set yet."""
    for endpoint, secrets in settings.STRIPE_WEBHOOK_SECRETS.items():
        if not secrets:
            _log.warning("Stripe's events are refused: %s", Vouched(_missing(endpoint)))


def _missing(endpoint: str) -> str:
    return (
        f"STRIPE_WEBHOOK_SECRETS_{endpoint.upper()} is empty;"
        " `manage.py stripe_destinations` prints it"
    )


def read_event(endpoint: str, body: bytes, signature: str) -> Event:
    """Parse an event signed with a secret of the endpoint. Raises BadEvent."""
    _check_not_from_the_future(signature)
    read = _read_thin if endpoint == "thin" else _read_snapshot
    if not settings.STRIPE_WEBHOOK_SECRETS[endpoint]:
        raise BadEvent(_missing(endpoint))
    for secret in settings.STRIPE_WEBHOOK_SECRETS[endpoint]:
        try:
            return _checked(read(body, signature, secret))
        except stripe.SignatureVerificationError:
            continue
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
            raise BadEvent(type(error).__name__) from error
    raise BadEvent("signature")


def _checked(event: Event) -> Event:
    """Raise ValueError if the event has malformed names, or names longer than Stripe's."""
    names: tuple[object, ...] = (
        event.id,
        event.kind,
        event.object_id,
        event.account,
        event.api_version,
    )
    mode: object = event.livemode
    for name, longest in zip(names, _LONGEST, strict=True):
        if not isinstance(name, str) or len(name) > longest or not _PLAIN.fullmatch(name):
            raise ValueError("a name of the event")
    if not event.id or not event.kind or not isinstance(mode, bool):
        raise ValueError("a part of the event is missing")
    return event


def _check_not_from_the_future(signature: str) -> None:
    """Raise BadEvent if the timestamp is in the future, which the library accepts."""
    stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    if not stamps or not _SECONDS.fullmatch(stamps[0]):
        raise BadEvent("signature")
    if int(stamps[0]) > time.time() + TOLERANCE_SECONDS:
        raise BadEvent("future")


def _read_snapshot(body: bytes, signature: str, secret: str) -> Event:
    event = client().construct_event(cast("Any", body), signature, secret, TOLERANCE_SECONDS)
    return _snapshot(event.to_dict(), body)


def _read_thin(body: bytes, signature: str, secret: str) -> Event:
    notification = client().parse_event_notification(
        cast("Any", body), signature, secret, TOLERANCE_SECONDS
    )
    related = getattr(notification, "related_object", None)
    return Event(
        id=notification.id,
        kind=notification.type,
        object_id=str(getattr(related, "id", "") or ""),
        account="",
        livemode=notification.livemode,
        api_version="",
        body=body,
        happened_at=dt.datetime.fromisoformat(notification.created),
    )


def _snapshot(shape: dict[str, Any], body: bytes) -> Event:
    return Event(
        id=shape["id"],
        kind=shape["type"],
        object_id=str(shape["data"]["object"].get("id") or ""),
        account=str(shape.get("account") or ""),
        livemode=shape["livemode"],
        api_version=str(shape.get("api_version") or ""),
        body=body,
        happened_at=moment(shape["created"]) if shape.get("created") else None,
    )


def snapshots_since(
    since: dt.datetime, kinds: list[str], *, undelivered: bool, before: dt.datetime | None = None
) -> Iterator[Event]:
    """List events of some kinds again, perhaps only those that did not reach us."""
    period = {"gte": int(since.timestamp())}
    if before is not None:
        period["lt"] = int(before.timestamp())
    for first in range(0, len(kinds), _MOST_TYPES):
        params: dict[str, Any] = {
            "created": period,
            "types": kinds[first : first + _MOST_TYPES],
            "limit": _MOST,
        }
        if undelivered:
            params["delivery_success"] = False
        with raising_problems():
            found = client().v1.events.list(cast("Any", params))
            listed = [_listed(one.to_dict()) for one in found.auto_paging_iter()]
        yield from reversed(listed)


def _listed(shape: dict[str, Any]) -> Event:
    """Return an event of a list in its webhook form: the library's decimals become strings."""
    return _snapshot(shape, json.dumps(shape, default=str).encode())


def last_happened(kind: str, object_id: str, *, since: dt.datetime) -> dt.datetime | None:
    """Return when an event of the kind last happened to an object; None if Stripe lists none.

    For moments that no object has. Stripe lists the events of thirty days
    (docs.stripe.com/api/events/list), newest first.
    """
    params = {"type": kind, "created": {"gte": int(since.timestamp())}, "limit": _MOST}
    with raising_problems():
        found = client().v1.events.list(cast("Any", params))
        for one in found.auto_paging_iter():
            shape = one.to_dict()
            if shape["data"]["object"].get("id") == object_id:
                return moment(shape["created"])
    return None


def thin_since(
    since: dt.datetime, kinds: list[str], *, before: dt.datetime | None = None
) -> Iterator[Event]:
    """List events about accounts again."""
    period = {"gte": since.isoformat()} | ({"lt": before.isoformat()} if before else {})
    params = {"created": period, "types": kinds, "limit": _MOST}
    with raising_problems():
        found = client().v2.core.events.list(cast("Any", params))
        shapes = [one.to_dict() for one in found.auto_paging_iter()]
    for shape in shapes[::-1]:
        yield Event(
            id=shape["id"],
            kind=shape["type"],
            object_id=id_of(shape.get("related_object")),
            account="",
            livemode=bool(shape.get("livemode")),
            api_version="",
            body=json.dumps(shape).encode(),
            happened_at=dt.datetime.fromisoformat(shape["created"]),
        )
