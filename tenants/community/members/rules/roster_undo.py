"""The record of a confirmed list of staff, with which it is undone."""

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from tenants.community.members.models import JoinRequest, RosterUpload

COMPARED = ("first_name", "last_name", "company_id", "site_id", "language", "leaves_on")
_COLUMNS = ("email", "invited_by_id", *COMPARED)
_MOMENTS = ("asked_at", "expires_at", "mailed_at", "reminded_at")


def check_undo(upload: RosterUpload | None) -> RosterUpload:
    """Return the confirmed list. Raises Refused a day after it, or once it was undone."""
    if upload is None:
        raise Refused(
            _(
                "Il n’y a plus rien à annuler\u00a0: un import s’annule pendant un jour, une seule"
                " fois, et tant qu’aucune autre liste n’est envoyée."
            )
        )
    return upload


def as_json(request: JoinRequest) -> dict[str, Any]:
    """Return a pending invitation as JSON values."""
    moments = {name: getattr(request, name) for name in _MOMENTS}
    return {
        "nonce": str(request.nonce),
        **{name: _plain(getattr(request, name)) for name in _COLUMNS},
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def nonce(row: dict[str, Any]) -> uuid.UUID:
    """Return the nonce of a recorded invitation."""
    return uuid.UUID(row["nonce"])
