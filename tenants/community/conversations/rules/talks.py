"""Rules of permitted recipients and of the possible actions in a conversation."""

import datetime as dt
from collections.abc import Sized

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.errors import Refused
from tenants.community.conversations.models import Meeting

State = Meeting.State

LONGEST = 2000
FARTHEST = dt.timedelta(days=60)
DAYS_AHEAD = 14
USUAL_HOUR = dt.time(12, 30)
QUARTER = 15
MAILED_WITHIN = dt.timedelta(minutes=5)
STILL_WORTH_MAILING = dt.timedelta(days=2)


def check_not_own(owner_id: int | None, asker_id: int) -> int:
    """Return the recipient of a message.

    Raises Refused for the person themselves, and for a person of another space.
    """
    if owner_id is None:
        raise Refused(_("Cela vient d’un espace voisin\u00a0: écrivez depuis sa page."))
    if owner_id == asker_id:
        raise Refused(_("C’est la vôtre : il n’y a personne à qui écrire."))
    return owner_id


def check_may_begin(*, is_open: bool) -> None:
    """Raise Refused for a first message about a subject no longer online."""
    if not is_open:
        raise Refused(_("Ce n’est plus en ligne : il est trop tard pour écrire."))


def check_reachable(*, is_active: bool) -> None:
    """Raise Refused if the recipient has left."""
    if not is_active:
        raise Refused(_("Cette personne a quitté l’espace : elle ne lira plus de messages."))


def checked(text: str) -> str:
    """Return a message's text without surrounding blanks. Raises Refused if it is empty."""
    check_text(text)
    return text.strip()


def words_of(text: str, pictures: Sized) -> str:
    """Return the words of a message; pictures alone are named."""
    if text.strip() or not len(pictures):
        return text
    return ngettext("Une photo", "%(count)d photos", len(pictures)) % {"count": len(pictures)}


def check_text(text: str) -> None:
    """Raise Refused if a message is empty or too long."""
    if not text.strip():
        raise Refused(_("Écrivez quelques mots."), field="text")
    if len(text) > LONGEST:
        raise Refused(
            _("Un message a %(count)d caractères au plus.") % {"count": LONGEST}, field="text"
        )


def meeting_at(day: dt.date | None, slot: dt.time, *, at: dt.datetime) -> dt.datetime:
    """Return the local day and hour as a moment; without a day, the next occurrence of that hour.

    Raises Refused for a time off the quarter-hour grid, in the past or months ahead, and for an
    hour skipped by the clock change. For an hour that occurs twice, the first is returned.
    """
    if slot.minute % QUARTER or slot.second or slot.microsecond:
        raise Refused(_("Choisissez une heure de la liste."), field="slot")
    zone = timezone.get_current_timezone()
    today = timezone.localdate(at)
    moment = dt.datetime.combine(day or today, slot, zone)
    if day is None and moment <= at:
        moment = dt.datetime.combine(today + dt.timedelta(days=1), slot, zone)
    if moment.astimezone(dt.UTC).astimezone(zone).time() != slot:
        raise Refused(_("Cette heure n’existe pas, la nuit du changement d’heure."), field="slot")
    if moment <= at:
        raise Refused(_("Ce moment est passé : choisissez plus tard."), field="slot")
    if moment > at + FARTHEST:
        raise Refused(_("Choisissez un jour des deux prochains mois."), field="day")
    return moment


def check_may_answer(meeting: Meeting | None, *, person_id: int, at: dt.datetime) -> Meeting:
    """Let the other of the two answer a proposal that waits, in time."""
    if meeting is None or meeting.state != State.PROPOSED:
        raise Refused(_("Cette proposition n’attend plus de réponse."))
    if meeting.proposer_id == person_id:
        raise Refused(_("C’est votre proposition : à l’autre de répondre."))
    if meeting.starts_at <= at:
        raise Refused(_("Ce moment est passé : proposez-en un autre."))
    return meeting


def check_may_cancel(meeting: Meeting | None) -> Meeting:
    """Raise Refused if there is no proposed or agreed meeting to cancel."""
    if meeting is None:
        raise Refused(_("Il n’y a pas de rendez-vous à annuler."))
    return meeting


def about(reference: str) -> str:
    """Return the notification key of a conversation."""
    return f"conversation:{reference}"


def check_not_blocked(*, by_other: bool, by_oneself: bool) -> None:
    """Raise Refused if either person has blocked the other, with a mild text for the blocked."""
    if by_oneself:
        raise Refused(_("Vous avez bloqué cette personne : débloquez-la pour lui écrire."))
    if by_other:
        raise Refused(_("Cette personne ne reçoit pas de messages pour l’instant."))


def next_moment(last: dt.datetime, *, at: dt.datetime) -> dt.datetime:
    """Return a moment after the last message, so that order and read marks are exact."""
    return max(at, last + dt.timedelta(microseconds=1))
