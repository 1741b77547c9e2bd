"""Rules of who may write to whom, and what is at hand to answer."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.display import writing
from saas.kernel.errors import Refused

LONGEST = 2000
QUARTER = 15
TOLD_WITHIN = dt.timedelta(minutes=5)
STILL_WORTH_TELLING = dt.timedelta(days=2)

OWNERS_ANSWERS: list[Promise] = [
    gettext_lazy("Oui, c’est toujours disponible."),
    gettext_lazy("D’accord pour cette heure-là."),
    gettext_lazy("Trop tard, c’est déjà parti."),
]
ASKERS_ANSWERS: list[Promise] = [
    gettext_lazy("D’accord, à tout à l’heure."),
    gettext_lazy("Je serai un peu en retard."),
    gettext_lazy("Merci, j’ai trouvé autre chose."),
]


def check_not_own(owner_id: int, asker_id: int) -> None:
    """Refuse to write to oneself."""
    if owner_id == asker_id:
        raise Refused(_("C’est la vôtre : il n’y a personne à qui écrire."))


def check_may_begin(*, is_open: bool) -> None:
    """Refuse a first message about what has ended."""
    if not is_open:
        raise Refused(_("Ce n’est plus en ligne : il est trop tard pour écrire."))


def check_reachable(*, is_active: bool) -> None:
    """Refuse to write to somebody who has left."""
    if not is_active:
        raise Refused(_("Cette personne a quitté l’espace : elle ne lira plus de messages."))


def check_text(text: str) -> None:
    """Refuse a message that says nothing, or that nobody would read."""
    if not text.strip():
        raise Refused(_("Écrivez quelques mots."), field="text")
    if len(text) > LONGEST:
        raise Refused(
            _("Un message a %(count)d caractères au plus.") % {"count": LONGEST}, field="text"
        )


def check_slot(slot: dt.time | None) -> None:
    """Refuse a meeting that is not on a quarter of an hour."""
    if slot is not None and (slot.minute % QUARTER or slot.second):
        raise Refused(_("Choisissez une heure de la liste."), field="slot")


def with_slot(text: str, slot: dt.time | None) -> str:
    """Add to a first message when its author proposes to meet."""
    if slot is None:
        return text
    proposal = _("Rendez-vous proposé : %(hour)s.") % {"hour": writing.hour(slot)}
    return f"{text}\n{proposal}"


def next_moment(last: dt.datetime, *, at: dt.datetime) -> dt.datetime:
    """Return a moment after the last message, so that order and read marks are exact."""
    return max(at, last + dt.timedelta(microseconds=1))
