"""Rules of operators' access to a reported item: how long it lasts, and who ends it."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.spaces.models import SpaceOperation, Tenant

HOURS = (1, 4, 12)
OPERATOR = "operator"
_State = SpaceOperation.State


def check_may_ask(tenant: Tenant, *, hours: int) -> None:
    """Raise Refused unless the space is open and the access short."""
    if tenant.state != Tenant.State.ACTIVE:
        raise Refused(_("Cet espace n’est pas ouvert\u00a0: rien ne s’y lit."))
    if hours not in HOURS:
        raise Refused(_("Choisissez l’une des durées proposées."), field="hours")


def until(grant: SpaceOperation) -> dt.datetime | None:
    """Return when an access ends; null before the administrators are mailed."""
    if grant.state != _State.DONE or grant.done_at is None:
        return None
    planned = grant.done_at + dt.timedelta(hours=grant.options["hours"])
    ended = grant.options.get("ended_at")
    return min(planned, dt.datetime.fromisoformat(ended)) if ended else planned


def is_open(grant: SpaceOperation, *, at: dt.datetime) -> bool:
    """Return True if the item may be read now."""
    ends = until(grant)
    return ends is not None and at < ends and grant.tenant.state == Tenant.State.ACTIVE


def may_be_ended(grant: SpaceOperation, *, at: dt.datetime) -> bool:
    """Return True if an access is open, or will be once the administrators have been told."""
    if grant.state == _State.DONE:
        return is_open(grant, at=at)
    return grant.state != _State.FAILED and "ended_at" not in grant.options


def check_may_end(grant: SpaceOperation | None, *, at: dt.datetime) -> SpaceOperation:
    """Return the access. Raises Refused if it does not exist or has ended."""
    if grant is None or not may_be_ended(grant, at=at):
        raise Refused(_("Cet accès est déjà terminé."))
    return grant
