"""Rules of a space's proof: methods, people in charge, and limits of a new space."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.display.writing import num
from saas.kernel.errors import Refused
from tenants.spaces.models import OwnStanding, SpaceStanding
from tenants.spaces.rules.walks import rounded

ACTIVE_FOR = dt.timedelta(days=30)
LEAST_MEMBERS = 20
DECIDED_WITHIN = dt.timedelta(days=3)
CHECKS_AN_HOUR = 20
RECHECKED_AFTER = dt.timedelta(hours=1)
RECHECKED_FOR = dt.timedelta(days=30)
ABSENT, OTHER, UNREACHABLE, NO_DOMAIN = "absent", "other", "unreachable", "no_domain"
_LABEL, _TEXT = "_troovon-space.", "troovon-space="

# A new space invites so many a day, in its own mail domains only.
NEW_A_DAY = 50
FIRST_A_DAY, MORE_A_DAY, MOST_A_DAY = 1_000, 500, 10_000
OUTSIDE_A_DAY, MORE_OUTSIDE, MOST_OUTSIDE = 50, 10, 500
# A list may name addresses outside the proven domains after this wait; a few by hand at once.
OUTSIDE_AFTER = dt.timedelta(days=7)
BY_HAND = 5
_State = SpaceStanding.State
# A space reads its own by a view; both have the columns that limits ask for.
type Standing = SpaceStanding | OwnStanding


class Allowance(NamedTuple):
    """How many invitations may leave on a day: in all, and outside the space's mail domains."""

    most: int
    outside: int


NONE_LEFT = Allowance(0, 0)


def rounded_reach(active: int) -> int:
    """Return a count of active members as merchants read it and pay for it."""
    return rounded(active) if active else 0


def is_enough(active: int) -> bool:
    """Return True if a space has enough active members to be sold."""
    return active >= LEAST_MEMBERS


def record_name(domain: str) -> str:
    """Return the DNS name of the TXT record that proves a mail domain."""
    return f"{_LABEL}{domain}"


def record_text(token: str) -> str:
    """Return the TXT record that proves a space."""
    return f"{_TEXT}{token}"


def lacks(token: str, texts: Sequence[str]) -> str:
    """Return the error of a domain's TXT records, or an empty text if they prove the space."""
    if record_text(token) in {text.strip() for text in texts}:
        return ""
    return OTHER if any(text.strip().startswith(_TEXT) for text in texts) else ABSENT


def check_may_ask(standing: SpaceStanding, *, way: str, sirens: Collection[str]) -> None:
    """Refuse to ask for a letter or a call twice, once proven, or without a SIREN."""
    if standing.state == _State.PROVEN:
        raise Refused(_("Votre espace est déjà vérifié."))
    if standing.state == _State.ASKED:
        raise Refused(_("Votre demande est déjà chez nous\u00a0: nous vous écrivons."))
    if way not in {SpaceStanding.Way.LETTER, SpaceStanding.Way.CALL}:
        raise Refused(_("Choisissez un courrier ou un appel."), field="way")
    if not any(sirens):
        raise Refused(
            _("Aucune entreprise de l’espace n’a de SIREN\u00a0: la preuve passe par votre DNS.")
        )


def check_may_decide(standing: SpaceStanding) -> None:
    """Refuse to decide again on a space that DNS has just proven."""
    if standing.state == _State.PROVEN and not standing.flagged:
        raise Refused(_("Cet espace est déjà vérifié."))


def check_note(note: str) -> None:
    """Raise Refused for a decision without a note: it records the call or the document."""
    if not note.strip():
        raise Refused(_("Notez qui vous avez appelé, ou ce que vous avez lu."), field="note")


def check_reason(reason: str) -> None:
    """Refuse to refuse without a reason: the administration of the space reads it."""
    if not reason.strip():
        raise Refused(_("Dites pourquoi\u00a0: l’espace le lit."), field="note")


def allowance(standing: Standing | None, *, today: dt.date, at: dt.datetime) -> Allowance:
    """Return how many invitations may still leave today; more with the age of the proof."""
    if standing is None:
        return Allowance(NEW_A_DAY, 0)
    if standing.flagged or standing.state == _State.REFUSED:
        return NONE_LEFT
    daily = _daily(standing, at)
    if standing.invited_on != today:
        return daily
    return Allowance(
        max(0, daily.most - standing.invited), max(0, daily.outside - standing.invited_outside)
    )


def _daily(standing: Standing, at: dt.datetime) -> Allowance:
    if standing.state != _State.PROVEN or standing.decided_at is None:
        return Allowance(NEW_A_DAY, 0)
    days = max(0, (at - standing.decided_at).days)
    return Allowance(
        min(MOST_A_DAY, FIRST_A_DAY + MORE_A_DAY * days),
        min(MOST_OUTSIDE, OUTSIDE_A_DAY + MORE_OUTSIDE * days),
    )


def check_outside(standing: Standing | None, many: int, *, at: dt.datetime) -> None:
    """Refuse addresses outside the space's own mail domains that it may not invite yet."""
    if not many:
        return
    if standing is None or standing.state != _State.PROVEN or standing.decided_at is None:
        raise Refused(
            _(
                "Votre espace est nouveau\u00a0: il invite dans ses propres domaines e-mail "
                "seulement, jusqu’à sa vérification."
            )
        )
    if many > BY_HAND and at < standing.decided_at + OUTSIDE_AFTER:
        raise Refused(
            _(
                "Une liste peut nommer des adresses hors de vos domaines e-mail sept jours après "
                "la vérification de l’espace. D’ici là, invitez-en %(most)s à la fois au plus."
            )
            % {"most": num(BY_HAND)}
        )
