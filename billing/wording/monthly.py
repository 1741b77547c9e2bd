"""Sentences for a merchant where Stripe did not take a change to a monthly payment."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from billing.wording.outlook import Sentences
from saas.kernel.display.writing import eur, shortdate


def wish_of(kind: str, params: Mapping[str, object]) -> str:
    """Return the change that a call makes to a subscription: stop, resume, end or reprice."""
    return "resume" if kind == "stop" and not params["cancel_at_period_end"] else kind


def not_taken(wish: str, *, next_at: dt.datetime | None, cents: int) -> str:
    """Return the sentence on a failed change, with the next step and the present state."""
    sentence = str(_NOT_TAKEN[wish])
    if wish == "reprice":
        return sentence
    if wish == "resume":
        return f"{sentence} {_until_the_end(next_at)}".strip()
    return f"{sentence} {_until_it_stops(next_at, cents)}"


def _until_it_stops(next_at: dt.datetime | None, cents: int) -> str:
    if next_at is None:
        return _("Un mois prélevé malgré tout vous est remboursé.")
    return _(
        "Tant que ce n’est pas fait, %(amount)s restent prévus le %(day)s\u202f; un mois prélevé "
        "malgré tout vous est remboursé."
    ) % {"amount": eur(cents), "day": shortdate(next_at)}


def _until_the_end(next_at: dt.datetime | None) -> str:
    if next_at is None:
        return ""
    return _("Sinon l’abonnement s’arrête le %(day)s.") % {"day": shortdate(next_at)}


_STOP = later(
    "L’arrêt n’a pas abouti chez Stripe\u00a0: l’abonnement court encore. Nous en sommes avertis "
    "et l’arrêtons pour vous. Vous pouvez aussi appuyer encore\u00a0: rien ne se fait deux fois."
)
_NOT_TAKEN: Sentences = {
    "stop": _STOP,
    "end": _STOP,
    "resume": later(
        "La reprise n’a pas abouti chez Stripe. Nous en sommes avertis. Vous pouvez aussi appuyer "
        "encore\u00a0: rien ne se fait deux fois."
    ),
    "reprice": later(
        "Le nouveau prix n’a pas abouti chez Stripe\u00a0: le mois qui vient peut encore être "
        "prélevé au prix d’avant. Nous en sommes avertis et le changeons pour vous."
    ),
}
