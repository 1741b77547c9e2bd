"""An operator's access to a reported item of a space: asked for and used, in the members' log."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction
from django.http import FileResponse
from django.urls import get_urlconf, set_urlconf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures, schema
from saas.kernel.errors import Refused
from tenants.community.moderation.queries import granted
from tenants.spaces.actions import access_grants as grants
from tenants.spaces.models import SpaceOperation, Tenant
from tenants.spaces.queries import access_grants as queries
from tenants.spaces.rules.access_grants import OPERATOR


class Reading(NamedTuple):
    """A case that an operator reads, and the access that lets them."""

    grant: SpaceOperation
    case: granted.GrantedCase


@transaction.atomic
def ask_access(
    *, tenant: Tenant, case: str, hours: int, reason: str, by: User, at: dt.datetime
) -> SpaceOperation:
    """Ask to read a reported item; every member's log names the operator, the reason, the time."""
    reference = case.strip().upper()
    with schema.crossing(tenant.schema_name):
        if not granted.has_case(reference):
            raise Refused(_("Cet espace n’a pas de dossier à cette référence."), field="case")
        what = gettext_noop("Accès demandé à un dossier de modération")
        _log(what, reason=reason, by=by, at=at)
    return grants.ask(
        schema_name=tenant.schema_name,
        case=reference,
        hours=hours,
        operator_id=by.pk,
        reason=reason,
        by=by.display_name,
        at=at,
    )


@transaction.atomic
def read_case(*, reference: str, by: User, at: dt.datetime) -> Reading | None:
    """Return the case of an operator's open access, and log the reading for every member.

    The log is written before anything is read; None if the access is not open.
    """
    grant = grants.use(reference=reference, by=by.pk, at=at)
    if grant is None:
        return None
    with schema.crossing(grant.tenant.schema_name), _addresses_of_spaces():
        _log(gettext_noop("Dossier de modération lu"), reason=grant.reason, by=by, at=at)
        case = granted.granted_case(grant.options["case"])
    return Reading(grant, case) if case else None


@transaction.atomic
def read_picture(*, reference: str, token: str, by: User, at: dt.datetime) -> FileResponse | None:
    """Return a picture of the item of an open access; its page has logged the reading."""
    grant = queries.open_grant(reference, operator_id=by.pk, at=at)
    if grant is None:
        return None
    with schema.crossing(grant.tenant.schema_name), _addresses_of_spaces():
        found = granted.granted_picture(grant.options["case"], token)
        if found is None:
            return None
        width = private_pictures.stored_for(found, private_pictures.PHOTO_WIDTH)
        return private_pictures.answer(found, width)


@contextlib.contextmanager
def _addresses_of_spaces() -> Iterator[None]:
    """Resolve addresses as in a space: the item's room names its page, which the console lacks."""
    here = get_urlconf()
    set_urlconf(None)
    try:
        yield
    finally:
        set_urlconf(here)


def _log(what: str, *, reason: str, by: User, at: dt.datetime) -> None:
    access = hooks.DataAccess(None, OPERATOR, what, reason, is_act=True, by_name=by.display_name)
    hooks.data_accessed.ask(access, by, at)
