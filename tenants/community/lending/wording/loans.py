"""Texts about a loan: its state, its end, and the step just taken."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.display import writing
from tenants.community.lending.models import Loan
from tenants.community.lending.rules import loans as rules

State = Loan.State

_BUTTONS: dict[str, Promise] = {
    "accept": gettext_lazy("D’accord, je le prête"),
    "thank": gettext_lazy("Dire merci"),
    "allow_extension": gettext_lazy("D’accord pour prolonger"),
    "refuse_extension": gettext_lazy("J’en ai besoin"),
    "hand_over": gettext_lazy("C’est remis"),
    "give_back": gettext_lazy("C’est rendu"),
    "cancel": gettext_lazy("Annuler"),
    "pickup": gettext_lazy("Faire la remise"),
    "return": gettext_lazy("Faire le retour"),
}
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


def button(verb: str) -> str:
    """Return the label of a step's button."""
    return str(_BUTTONS[verb])


def when(loan: Loan, *, lends: bool) -> str:
    """Return a loan's days and hours, or until when a thing in hand comes back."""
    span = {"starts": writing.moment(loan.starts_at), "ends": writing.moment(loan.ends_at)}
    if loan.extension_until and lends:
        return _("Prolonger jusqu’à : %(until)s") % {"until": writing.moment(loan.extension_until)}
    if loan.state == State.OUT:
        words = _("On vous le rend : %(ends)s") if lends else _("À rendre : %(ends)s")
        return words % span
    if loan.state == State.RETURNED:
        return ended(loan.state)
    return f"{span['starts']} – {span['ends']}"


def in_hands(title: str, *, borrows: bool) -> str:
    """Return the message to a leaver about a thing to be returned first."""
    sentence = (
        _("«\u00a0%(title)s\u00a0» est encore chez vous\u00a0: rendez-le d’abord.")
        if borrows
        else _("«\u00a0%(title)s\u00a0» est encore prêté\u00a0: attendez son retour.")
    )
    return sentence % {"title": title}
