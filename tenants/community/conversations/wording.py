"""Texts about meetings, and suggested replies."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.display import writing
from saas.kernel.offers import home_hooks
from tenants.community.conversations.models import Meeting

State = Meeting.State

_OWNERS_ANSWERS: list[Promise] = [
    gettext_lazy("Oui, c’est toujours disponible."),
    gettext_lazy("Trop tard, c’est déjà parti."),
]
_ASKERS_ANSWERS: list[Promise] = [
    gettext_lazy("D’accord, à tout à l’heure."),
    gettext_lazy("Je serai un peu en retard."),
    gettext_lazy("Merci, j’ai trouvé autre chose."),
]


def agenda(found: dict[str, Any], _at: dt.datetime) -> list[home_hooks.Agenda]:
    """Return the agenda entries of a person's meetings today."""
    return [
        home_hooks.Agenda(
            dt.datetime.fromisoformat(one["starts"]),
            _("Remise en main propre"),
            one["title"],
            reverse("conversations:detail", args=[one["reference"]]),
            "message-circle",
        )
        for one in found["meetings_today"]
    ]


def suggested_answers(*, own: bool) -> list[Promise]:
    """Return the suggested replies for the owner of the subject, or for the asker."""
    return _OWNERS_ANSWERS if own else _ASKERS_ANSWERS


def moment_in_words(moment: dt.datetime) -> str:
    """Return a moment as text: samedi 28 novembre, 12 h 30."""
    return f"{writing.day(moment)}, {writing.hour(moment)}"


def with_proposal(text: str, moment: dt.datetime | None) -> str:
    """Add to a message when its author proposes to meet."""
    if moment is None:
        return text
    proposal = _("Rendez-vous proposé : %(moment)s.") % {"moment": moment_in_words(moment)}
    return f"{text}\n{proposal}" if text else proposal


def answer_in_words(answer: str, moment: dt.datetime) -> str:
    """Return the message for an answer to a proposal, or for a cancelled meeting."""
    words = {
        State.ACCEPTED: _("D’accord pour %(moment)s."),
        State.REFUSED: _("%(moment)s ne me va pas."),
        State.CANCELLED: _("Le rendez-vous de %(moment)s est annulé."),
    }[State(answer)]
    text = words % {"moment": moment_in_words(moment)}
    return text[:1].upper() + text[1:]


def files_left_out(names: Iterable[str]) -> str:
    """Return the warning about attachments of a mail that were dropped."""
    return _(
        "Votre réponse est arrivée, sans %(names)s : seules six photos JPEG, PNG, WebP ou HEIC de "
        "12 Mo au plus accompagnent un message."
    ) % {"names": ", ".join(names)}
