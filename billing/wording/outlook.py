"""The next step of a disputed payment, a refund, a share or a claim, and its time."""

import datetime as dt
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from saas.kernel.display.writing import shortdate

type Sentences = Mapping[str, str | Promise]
RETRIED_FOR = dt.timedelta(days=30)
# Once its credit note is written, a refund that ends like this is still owed to the merchant.
CAME_BACK = ("failed", "canceled")
# Reasons with this beginning are owed to the merchant though no refund was made.
PROMISED = ("dark", "duplicate", "ended", "merchant", "part", "refused", "withdrawn")


def of_dispute(state: str, *, due_at: dt.datetime | None, answered: bool, settled: bool) -> str:
    """Return the next step of a dispute."""
    if state.endswith("needs_response") and not answered:
        return _waits_for_answer(state, due_at)
    if state == "lost":
        if settled:
            return _("Réglé. Si la banque rouvre le litige en appel, cette page le dira.")
        return _("À régler\u00a0: un avoir si la vente est annulée, sinon une perte.")
    return str(_OF_STATES[state])


def _waits_for_answer(state: str, due_at: dt.datetime | None) -> str:
    day = shortdate(due_at) if due_at else "?"
    if state == "warning_needs_response":
        return _(
            "La banque pose une question\u202f; rien n’est repris. Répondez avant le %(day)s, ou"
            " remboursez."
        ) % {"day": day}
    if state == "appeal_needs_response":
        return _("Un appel est possible\u00a0: répondez avant le %(day)s.") % {"day": day}
    return _("Répondez avant le %(day)s\u00a0: sans réponse, le litige est perdu.") % {"day": day}


_REVIEWED = later("La banque a la réponse. Elle tranche d’ordinaire sous deux à trois mois.")
_OF_STATES: Sentences = {
    "needs_response": _REVIEWED,
    "warning_needs_response": _REVIEWED,
    "appeal_needs_response": _REVIEWED,
    "under_review": _REVIEWED,
    "warning_under_review": _REVIEWED,
    "appeal_under_review": _REVIEWED,
    "warning_closed": later("La banque n’a pas donné suite. Il n’y a rien à faire."),
    "won": later("L’argent est revenu, les parts suivent leur cours. Rien à faire."),
    "prevented": later("Le litige a été évité. Rien à faire."),
}


# Stripe's reason for a refund that our balance does not cover, and the refund's state then.
NO_FUNDS, WAITS_FOR_FUNDS = "insufficient_funds", "waits_for_funds"


def of_refund(
    state: str,
    *,
    came_back: bool,
    is_confirmed: bool,
    paid_otherwise: bool,
    lacks_funds: bool = False,
) -> str:
    """Return the next step of a refund."""
    if lacks_funds and state == "pending":
        return _(
            "Notre solde chez Stripe ne le couvre pas\u00a0: Stripe l’envoie de lui-même dès qu’il "
            "suffit. Alimentez le solde depuis le tableau de bord de Stripe\u202f; d’ici là, la "
            "banque du commerçant peut encore contester le paiement."
        )
    if paid_otherwise:
        return _("Payé par un autre moyen. Rien à faire.")
    if came_back and is_confirmed:
        return _("Une autre personne confirme le paiement par un autre moyen.")
    if came_back:
        return _("La banque du commerçant l’a renvoyé\u00a0: payez-le par un autre moyen.")
    return str(_OF_REFUNDS[state])


_OF_REFUNDS: Sentences = {
    "requested": later("Une autre personne l’approuve ou le rejette."),
    "approved": later("Il part dans la minute."),
    "rejected": later("Rien n’est rendu. Une nouvelle demande reste possible."),
    "sending": later("Stripe le traite\u202f; il est refait de lui-même jusqu’à sa réponse."),
    "pending": later("La banque le reçoit sous cinq à dix jours."),
    "requires_action": later(
        "Stripe a demandé ses coordonnées bancaires au commerçant, et attend sa réponse."
    ),
    "succeeded": later(
        "Il est parti\u00a0: la banque du commerçant le montre sous cinq à dix jours."
    ),
    "failed": later(
        "Il n’a pas abouti\u00a0: le commerçant n’a rien reçu. Voyez pourquoi, puis refaites-le"
        "\u202f; un paiement en double se rend depuis le tableau de bord de Stripe."
    ),
    "canceled": later("Il a été annulé chez Stripe\u00a0: rien n’est parti."),
}


def of_share(state: str, *, release_at: dt.datetime, refusal: str) -> str:
    """Return why a council's share is still pending, and when it is released."""
    if state == "held":
        return _("Elle part d’elle-même à partir du %(day)s.") % {"day": shortdate(release_at)}
    if state == "releasable" and refusal:
        return _("Stripe l’a refusée. %(refusal)s Réessayée chaque heure.") % {"refusal": refusal}
    return str(_SHARES[state])


_SHARES: Sentences = {
    "releasable": later("Elle part dans l’heure."),
    "waiting_account": later(
        "Le CSE n’a pas accepté ses conditions, ou son compte n’est pas actif\u00a0: elle part "
        "dans l’heure qui suit."
    ),
    "frozen": later(
        "Une banque conteste le paiement\u00a0: elle part, ou pas, selon sa décision, d’ordinaire "
        "sous deux à trois mois."
    ),
    "netted": later(
        "Elle a réglé ce que le CSE devait, ou lui a été réglée sur pièce. Rien à faire."
    ),
    "sending": later("Stripe la traite\u202f; elle est refaite d’elle-même jusqu’à sa réponse."),
    "transferred": later("Elle est sur le compte du CSE. Rien à faire."),
    "partly_reversed": later("Une partie en a été reprise, le reste est au CSE. Rien à faire."),
    "reversed": later("Le CSE l’a rendue en entier. Rien à faire."),
    "cancelled": later("Tout a été rendu au commerçant avant qu’elle parte. Rien à faire."),
}


def of_claim(
    state: str, *, since: dt.datetime, by_transfer: bool, write_off_requested: bool
) -> str:
    """Return why a council's repayment is still pending."""
    if write_off_requested and state == "owed":
        return _("Une autre personne approuve ou rejette l’abandon.")
    if by_transfer and state == "owed":
        return _(
            "Redemandé chaque jour jusqu’au %(day)s dès que le solde du CSE le permet, sinon"
            " compensé avec sa prochaine part."
        ) % {"day": shortdate(since + RETRIED_FOR)}
    return str(_CLAIMS[state])


_CLAIMS: Sentences = {
    "due": later("C’est repris sur le compte du CSE dans la minute."),
    "sending": later("Stripe le reprend\u202f; c’est redemandé de soi-même jusqu’à sa réponse."),
    "done": later("Le CSE l’a rendu. Rien à faire."),
    "owed": later("Compensé avec la prochaine part du CSE."),
    "netted": later("Compensé. Rien à faire."),
    "written_off": later("Abandonné, et passé en perte. Rien à faire."),
    "paid_back": later("Repris sans remboursement, puis rendu au CSE sur pièce. Rien à faire."),
}
