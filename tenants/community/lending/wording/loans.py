"""Texts about a loan: its state, its end, and the step just taken."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.community.lending.models import Loan
from tenants.community.lending.rules import loans as rules

State = Loan.State

_ENDED: dict[str, Promise] = {
    State.RETURNED: gettext_lazy("Rendu, merci !"),
    State.DECLINED: gettext_lazy("La demande a été refusée."),
    State.CANCELLED: gettext_lazy("La demande a été annulée."),
    State.WITHDRAWN: gettext_lazy("Le prêt a été retiré."),
    State.LAPSED: gettext_lazy("Le moment est passé sans remise."),
    State.LOST: gettext_lazy("L’objet n’a pas été rendu."),
}


def state_in_words(loan: Loan, *, at: dt.datetime) -> str:
    """Return the short label of a loan's state."""
    return _("En retard") if rules.is_overdue(loan, at=at) else str(State(loan.state).label)


def ended(state: str) -> str:
    """Return the label of a loan's end, or an empty text while it is open."""
    return str(_ENDED.get(state, ""))


def requested(state: str) -> str:
    """Return the message on the result of a request."""
    if state == State.ACCEPTED:
        return _("C’est réservé. Voyez-vous pour la remise.")
    return _("Votre demande est partie : le créneau est gardé en attendant la réponse.")


def handed_over(state: str) -> str:
    """Return the message on a completed hand-over."""
    return _("C’est remis. Bon usage.") if state == State.OUT else _("Rendu, merci !")


def step_taken(verb: str) -> str:
    """Return the message on a completed step."""
    sentences: dict[str, str] = {
        "accept": _("C’est d’accord : l’autre personne en est prévenue."),
        "decline": _("C’est dit. Le créneau est libre de nouveau."),
        "cancel": _("C’est annulé. Le créneau est libre de nouveau."),
        "withdraw": _("C’est dit. Le créneau est libre de nouveau."),
        "hand_over": _("C’est remis. Bon usage."),
        "give_back": _("Rendu, merci !"),
        "declare_lost": _("Le prêt est clos : l’objet est noté comme non rendu."),
        "extend": _("La prolongation est demandée."),
        "allow_extension": _("Le prêt est prolongé."),
        "refuse_extension": _("C’est dit : le retour reste prévu comme avant."),
        "thank": _("Merci transmis !"),
    }
    return sentences[verb]


def in_hands(title: str, *, borrows: bool) -> str:
    """Return the message to a leaver about a thing to be returned first."""
    sentence = (
        _("«\u00a0%(title)s\u00a0» est encore chez vous\u00a0: rendez-le d’abord.")
        if borrows
        else _("«\u00a0%(title)s\u00a0» est encore prêté\u00a0: attendez son retour.")
    )
    return sentence % {"title": title}
