"""Texts on the next step of a share, and on the amounts set off against it."""

import datetime as dt
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from saas.kernel.display.writing import eur, shortdate


def what_follows(state: str, *, release_at: dt.datetime, first: str, balance_cents: int) -> str:
    """Return the next step of a share and its date; `first` is the pending condition, if any."""
    values = {"day": shortdate(release_at), "first": first, "amount": eur(abs(balance_cents))}
    if state in _OVER:
        return str(_LEFT.get(_sign(balance_cents), _OVER[state])) % values
    return str((_CONDITIONS if first else _GOES_ON)[state]) % values


def set_off(cents: int) -> str:
    """Return the label of a set-off: it reduces a share, or settles the debt of another share."""
    if cents < 0:
        return _("Retenu sur cette part, pour ce que le CSE devait")
    return _("Dû par le CSE, réglé par une autre part")


def _sign(cents: int) -> int:
    return (cents > 0) - (cents < 0)


_CONTESTED = later(
    "La banque du commerçant conteste le paiement\u00a0: elle tranche d’ordinaire sous deux à "
    "trois mois. Si elle nous donne raison, la part repart\u202f; sinon elle est annulée."
)
_ON_ITS_WAY = later("Elle est en route vers le compte du CSE\u00a0: quelques minutes d’ordinaire.")
_GOES_ON: Mapping[str, str | Promise] = {
    "held": later("Elle part d’elle-même à partir du %(day)s."),
    "releasable": later("Elle part dans l’heure."),
    "waiting_account": later("Elle part dans l’heure\u00a0: plus rien ne la retient."),
    "frozen": _CONTESTED,
    "sending": _ON_ITS_WAY,
}
_CONDITIONS: Mapping[str, str | Promise] = {
    "held": later("Elle part à partir du %(day)s, %(first)s."),
    "releasable": later("Elle part %(first)s."),
    "waiting_account": later("Elle part %(first)s."),
    "frozen": _CONTESTED,
    "sending": _ON_ITS_WAY,
}
_OVER: Mapping[str, str | Promise] = {
    "netted": later(
        "Elle a réglé ce que le CSE devait, ou lui a été réglée sur pièce\u00a0: rien d’autre "
        "n’arrive."
    ),
    "transferred": later(
        "Elle est arrivée sur le compte du CSE\u202f; Stripe la verse à sa banque avec le virement "
        "qui suit."
    ),
    "partly_reversed": later("Une partie en a été reprise, le reste est au CSE. Rien à faire."),
    "reversed": later("Elle a été reprise en entier. Rien à faire."),
    "cancelled": later("Tout a été rendu au commerçant avant qu’elle parte. Rien à faire."),
}
# An amount restored by an appeal is not transferred yet (1), or a refund is not repaid (-1).
_LEFT: Mapping[int, str | Promise] = {
    1: later("%(amount)s reviennent au CSE, dans l’heure ou dès que son compte est actif."),
    -1: later(
        "%(amount)s sont à rendre\u00a0: ils se compensent avec les prochaines parts, rien n’est à "
        "payer."
    ),
}
