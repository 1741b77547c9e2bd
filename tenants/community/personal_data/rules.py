"""Rules of copies: how long they are kept, how often they are made."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty

ADMINISTRATOR = "administrator"

MODERATOR = "moderator"
RETENTION = dt.timedelta(days=7)
LOST_AFTER = dt.timedelta(days=1)
FOLDER = "exports"
PREPARED_WITHIN = dt.timedelta(minutes=10)
MOST_A_DAY = 3
GRACE = dt.timedelta(days=1)
LEAVERS_WARNED = dt.timedelta(days=7)
ONE_ACCESS = dt.timedelta(hours=1)


def check_may_ask(*, waiting: bool, exports_today: int) -> None:
    """Raise Refused if a copy is in preparation, or there were too many in a day."""
    if waiting:
        raise Refused(_("Une copie se prépare déjà : elle apparaît ici."))
    if exports_today >= MOST_A_DAY:
        raise Refused(
            _("%(count)d copies par jour suffisent : revenez demain.") % {"count": MOST_A_DAY}
        )


def check_nothing_stands_in_the_way(obstacles: list[str]) -> None:
    """Refuse an erasure while something is to be settled first."""
    if obstacles:
        raise Refused(" ".join(obstacles))


def check_administers(duties: frozenset[Duty]) -> None:
    """Raise NotAllowed if the user administers neither the space nor a company of it."""
    if not any(duty.role == ADMINISTRATOR for duty in duties):
        raise NotAllowed(_("Cela revient à l’administration de l’espace."))


def administers(employer: int | None, duties: frozenset[Duty]) -> bool:
    """Return True if these duties cover the employees of a company."""
    scope = {duty.company_id for duty in duties if duty.role == ADMINISTRATOR}
    return None in scope or (employer is not None and employer in scope)


def check_may_erase(person: User, *, employer: int | None, duties: frozenset[Duty]) -> None:
    """Raise NotAllowed unless the user administers the person; Refused if the account is open.

    Members with an open account request their own erasure.
    """
    if not administers(employer, duties):
        raise NotAllowed(_("Cela revient à l’administration de l’espace."))
    if person.is_active:
        raise Refused(
            _("Ce compte est ouvert\u00a0: fermez-le d’abord, ou laissez faire la personne.")
        )


def check_can_be_taken_back(due_at: dt.datetime, *, by_hand: bool, at: dt.datetime) -> None:
    """Raise Refused if an erasure is past its grace period, or comes from the retention period."""
    if not by_hand:
        raise Refused(
            _("Le délai de conservation est passé\u00a0: rouvrez le compte pour le garder.")
        )
    if due_at <= at:
        raise Refused(_("Le délai est passé\u00a0: l’effacement a commencé."))
