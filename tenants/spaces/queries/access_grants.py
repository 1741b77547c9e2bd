"""Operators' accesses to reported items of a space: those open now, and the former ones."""

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet

from tenants.spaces.models import SpaceOperation
from tenants.spaces.rules import access_grants as rules

_SHOWN = 50


class AccessGrant(NamedTuple):
    """An operator's access as the space's administrators and operators see it."""

    operation: SpaceOperation
    case: str
    until: dt.datetime | None
    is_open: bool
    may_be_ended: bool
    ended_by: str
    reads: int


def grants_of(schema_name: str, *, at: dt.datetime) -> list[AccessGrant]:
    """Return the accesses that operators asked for in a space, the newest first."""
    found = _grants().filter(tenant__schema_name=schema_name).order_by("-asked_at", "-pk")
    return [grant_shown(one, at=at) for one in found[:_SHOWN]]


def grant_shown(grant: SpaceOperation, *, at: dt.datetime) -> AccessGrant:
    """Return an access with its end and the number of times that it was used."""
    return AccessGrant(
        operation=grant,
        case=grant.options["case"],
        until=rules.until(grant),
        is_open=rules.is_open(grant, at=at),
        may_be_ended=rules.may_be_ended(grant, at=at),
        ended_by=grant.options.get("ended_by", ""),
        reads=grant.result.get("reads", 0),
    )


def grant_for_change(reference: str) -> SpaceOperation | None:
    """Return an access, locked."""
    return _grants().select_for_update(of=("self",)).filter(reference=reference).first()


def open_grant(reference: str, *, operator_id: int, at: dt.datetime) -> SpaceOperation | None:
    """Return an operator's own access if the item may be read now."""
    grant = grant_for_change(reference)
    is_own = grant is not None and grant.options["operator"] == operator_id
    return grant if grant is not None and is_own and rules.is_open(grant, at=at) else None


def _grants() -> QuerySet[SpaceOperation]:
    return SpaceOperation.objects.filter(kind=SpaceOperation.Kind.GRANT).select_related("tenant")
