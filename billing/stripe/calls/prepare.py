"""Calls that change something at Stripe are written first: their words and key are frozen."""

import uuid
from typing import Any

from django.conf import settings

from billing.models import StripeCall
from saas.kernel.database import rows


def tags(kind: str, identifier: uuid.UUID) -> dict[str, str]:
    """Return the metadata of an object at Stripe: no name, no address."""
    return {
        "troovon_env": settings.TROOVON_ENV,
        "troovon_kind": kind,
        "troovon_id": str(identifier),
    }


def prepare(
    kind: StripeCall.Kind, subject_id: int, params: dict[str, Any], *, target: str = ""
) -> StripeCall:
    """Freeze a call; it is sent once this is committed."""
    call = draw(kind, subject_id, params, target=target)
    rows.add(call)
    return call


def draw(
    kind: StripeCall.Kind, subject_id: int, params: dict[str, Any], *, target: str = ""
) -> StripeCall:
    """Return a call with its words and its key; nothing is written."""
    identifier = uuid.uuid4()
    return StripeCall(
        uuid=identifier,
        kind=kind,
        subject_id=subject_id,
        target=target,
        params={**params, "metadata": tags(kind, identifier)},
        key=key_of(kind, identifier, attempt=1),
    )


def key_of(kind: str, identifier: uuid.UUID, *, attempt: int) -> str:
    """Return the idempotency key of a call; never derived from amounts or dates."""
    return f"{settings.TROOVON_ENV}:{kind}:{identifier}:{attempt}"
