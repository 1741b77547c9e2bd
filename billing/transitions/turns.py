"""History of a row: each change of its state, and people's notes in between."""

import datetime as dt
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from billing.models import StateChange

_NOTED = {
    "answered": lambda: _("Réponse envoyée à la banque"),
    "credit_note": lambda: _("Réglé par un avoir"),
    "bad_debt": lambda: _("Passé en perte"),
    "payment_said": lambda: _("Un autre paiement est noté"),
    "stop_asked": lambda: _("Arrêt demandé, à la fin du mois payé"),
    "resume_asked": lambda: _("Reprise demandée"),
    "end_asked": lambda: _("Arrêt immédiat demandé"),
    "prices_taken": lambda: _("Prix du jour acceptés"),
    "settled": lambda: _("Réglé"),
    "paid_otherwise": lambda: _("Payé par un autre moyen"),
}


class Turn(NamedTuple):
    """An entry of the history: moment, text, actor and reason."""

    at: dt.datetime
    text: str
    by: str
    why: str


def turns_of(machine: str, subject_id: int, states: type[TextChoices]) -> list[Turn]:
    """Return the history of a row, oldest first."""
    words = dict(states.choices)
    changes = StateChange.objects.filter(machine=machine, subject_id=subject_id)
    return [
        Turn(
            change.at,
            _NOTED[change.trigger]()
            if change.trigger in _NOTED
            else str(words.get(change.after, change.after)),
            change.by,
            change.why,
        )
        for change in changes
    ]
