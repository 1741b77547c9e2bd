"""Sentences for a merchant after a payment: money that comes back, claims of their bank."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from billing.wording.outlook import CAME_BACK, PROMISED, WAITS_FOR_FUNDS, Sentences
from saas.kernel.display.writing import eur, shortdate


class Note(NamedTuple):
    """A sentence, and how much it matters: ok, warn, bad or nothing."""

    text: str
    tone: str = ""


def of_refund(
    state: str,
    *,
    cents: int,
    asked_at: dt.datetime,
    accepted_at: dt.datetime | None,
    paid_otherwise: tuple[dt.datetime, str] | None,
    origin: str = "",
    problem: str = "",
) -> Note:
    """Return the state of a refund and its arrival; `problem` is the reason of a failure."""
    values = {"amount": eur(cents), "day": shortdate(accepted_at or asked_at)}
    if paid_otherwise:
        day, how = paid_otherwise
        values |= {"day": shortdate(day), "how": how}
        return Note(_("%(amount)s vous ont été rendus le %(day)s\u00a0: %(how)s.") % values, "ok")
    if state in CAME_BACK and accepted_at is None:
        return _refused_refund(values, origin=origin, problem=problem)
    if state in CAME_BACK:
        return Note(
            _(
                "Votre banque a renvoyé %(amount)s. Nous vous les versons par un autre moyen dans "
                "les dix jours\u202f; écrivez-nous si votre IBAN a changé."
            )
            % values,
            "warn",
        )
    if state == "pending" and problem == WAITS_FOR_FUNDS:
        return Note(str(_WAITS_FOR_FUNDS) % values)
    return Note(str(_REFUNDS[state]) % values, "ok" if state == "succeeded" else "")


def _refused_refund(values: dict[str, str], *, origin: str, problem: str) -> Note:
    if problem in _NOT_MADE:
        return Note(str(_NOT_MADE[problem]) % values)
    if origin in PROMISED:
        return Note(
            _(
                "Le remboursement de %(amount)s du %(day)s n’est pas arrivé. Cette somme vous "
                "reste due\u00a0: une personne de Troovon s’en occupe, et la suite s’écrit ici."
            )
            % values,
            "warn",
        )
    return Note(
        _(
            "Le remboursement de %(amount)s du %(day)s n’est pas arrivé, et rien ne suit de "
            "lui-même\u00a0: écrivez-nous si vous l’attendez."
        )
        % values,
        "warn",
    )


_NOT_MADE: Sentences = {
    "charge_already_refunded": later(
        "Le remboursement de %(amount)s du %(day)s n’a pas été fait\u00a0: tout vous avait déjà "
        "été rendu. Il n’y a rien à faire."
    ),
    "charge_disputed": later(
        "Le remboursement de %(amount)s du %(day)s n’a pas été fait\u00a0: votre banque conteste "
        "ce paiement, et c’est elle qui décide."
    ),
}
_WAITS_FOR_FUNDS = later(
    "%(amount)s vous sont rendus, l’avoir est ici. Stripe les envoie dès que notre compte chez lui "
    "le permet, d’ordinaire en quelques jours\u202f; vous n’avez rien à faire."
)
_ON_ITS_WAY = later(
    "%(amount)s sont en route vers le moyen qui a payé. Comptez cinq à dix jours\u202f; l’avoir "
    "est ici dès que Stripe a confirmé."
)
_REFUNDS: Sentences = {
    "requested": later(
        "%(amount)s à vous rendre, demandés le %(day)s. Une personne de Troovon vérifie d’abord, "
        "en général sous un jour ouvré\u202f; vous recevez un message."
    ),
    "approved": _ON_ITS_WAY,
    "rejected": later(
        "Le remboursement de %(amount)s demandé le %(day)s n’a pas été accordé. Écrivez-nous si "
        "vous pensez que c’est une erreur."
    ),
    "sending": _ON_ITS_WAY,
    "pending": _ON_ITS_WAY,
    "requires_action": later(
        "%(amount)s vous attendent\u00a0: Stripe vous a demandé par e-mail où les verser. "
        "Répondez-lui."
    ),
    "succeeded": later(
        "%(amount)s vous sont rendus depuis le %(day)s, par le moyen qui a payé. Votre banque les "
        "montre sous cinq à dix jours."
    ),
}


def of_dispute(state: str, *, cents: int, opened_at: dt.datetime, settled_as: str) -> Note:
    """Return the sentence on a dispute: the bank's action, its pending decision, and the time."""
    values = {"amount": eur(cents), "day": shortdate(opened_at)}
    if state == "lost":
        return Note(_lost(settled_as) % values, "bad")
    text, tone = _DISPUTES[state]
    return Note(str(text) % values, tone)


_CONFIRMED = (later("Votre banque a clos sa réclamation\u00a0: le paiement est confirmé."), "ok")
_INQUIRY = (
    later(
        "Votre banque nous interroge sur ce paiement depuis le %(day)s. Rien n’est repris. Si vous "
        "le reconnaissez, dites-le-lui."
    ),
    "warn",
)
_CONTESTED = (
    later(
        "Votre banque conteste ce paiement depuis le %(day)s et a repris %(amount)s. Elle décide, "
        "en général sous deux à trois mois\u202f; d’ici là, l’annonce continue. Si c’est une "
        "erreur, demandez-lui de retirer sa réclamation."
    ),
    "warn",
)
_APPEALED = (
    later(
        "Votre banque a repris %(amount)s\u00a0: nous lui demandons de revoir sa décision. Elle "
        "tranche d’ordinaire sous deux à trois mois\u202f; vous n’avez rien à faire."
    ),
    "warn",
)
_DISPUTES: Mapping[str, tuple[str | Promise, str]] = {
    "warning_needs_response": _INQUIRY,
    "warning_under_review": _INQUIRY,
    "warning_closed": _CONFIRMED,
    "needs_response": _CONTESTED,
    "under_review": _CONTESTED,
    "won": _CONFIRMED,
    "appeal_needs_response": _APPEALED,
    "appeal_under_review": _APPEALED,
    "prevented": _CONFIRMED,
}


def _lost(settled_as: str) -> str:
    if settled_as == "credit_note":
        return _(
            "Votre banque vous a rendu %(amount)s. L’avoir annule la vente\u00a0: vous ne nous "
            "devez rien."
        )
    return _(
        "Votre banque a repris %(amount)s. Si vous l’aviez demandé, un avoir suivra et vous "
        "n’avez rien à faire\u202f; sinon, cette somme nous reste due et nous vous écrivons."
    )


def of_paper(state: str) -> str:
    """Return the next step of a rendered invoice or credit note."""
    return str(_PAPERS[state])


_PAPERS: Sentences = {
    "issued": later("Un e-mail vous l’annonce dès que le PDF est là."),
    "rendered": later("Un e-mail vous l’annonce dans la minute."),
    "sent": later("Un e-mail vous l’a annoncée. Il n’y a rien à faire."),
    "credited_partly": later("Un avoir en reprend une partie\u00a0: gardez les deux."),
    "credited": later("Un avoir la reprend en entier\u00a0: gardez les deux."),
}
