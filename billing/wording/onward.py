"""Next step of an object with a state, and its time, for operators.

`outlook` contains the same for disputes, refunds and claims.
"""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from billing.models import AccountChange, Order
from billing.wording.outlook import Sentences
from saas.kernel.display.writing import hour, shortdate


def of_order(state: str, *, placed_at: dt.datetime) -> str:
    """Return the next step of an order."""
    if state == "priced":
        return _(
            "Le commerçant peut la payer. Sans paiement, elle s’annule d’elle-même la nuit après "
            "le %(day)s."
        ) % {"day": shortdate(placed_at + Order.LASTS)}
    return str(_ORDERS[state])


_ORDERS: Sentences = {
    "draft": later("Son prix n’est pas encore arrêté\u00a0: rien n’est à payer."),
    "awaiting_payment": later(
        "Une page de paiement est ouverte\u00a0: sans paiement, elle se ferme d’elle-même en "
        "vingt-trois heures au plus."
    ),
    "processing": later(
        "La banque du commerçant traite le prélèvement\u00a0: elle répond en général sous cinq "
        "jours ouvrés, parfois quatorze."
    ),
    "paid": later("Chaque part part d’elle-même à la fin de sa retenue. Rien à faire."),
    "partly_refunded": later(
        "Les parts sont réduites d’autant\u202f; ce qui reste part à la fin de sa retenue."
    ),
    "refunded": later("Tout est rendu, ou en route vers le commerçant. Rien à faire."),
    "cancelled": later("Rien n’a été payé. Rien à faire."),
}


def of_payment(state: str, *, expires_at: dt.datetime, problem: str, is_duplicate: bool) -> str:
    """Return the next step of a payment."""
    if problem:
        return _(
            "Il ne correspond pas à la commande\u00a0: le cas est ouvert au rapprochement, et le "
            "reste jusqu’à ce que quelqu’un le règle."
        )
    if state == "opened":
        return _("Le commerçant peut payer jusqu’au %(day)s à %(time)s.") % {
            "day": shortdate(expires_at),
            "time": hour(expires_at),
        }
    if state == "succeeded" and is_duplicate:
        return _("Payé deux fois\u00a0: celui-ci est rendu de lui-même.")
    return str(_PAYMENTS[state])


_PAYMENTS: Sentences = {
    "processing": later("La banque répond en général sous cinq jours ouvrés, parfois quatorze."),
    "succeeded": later("L’argent est sur notre solde Stripe. Rien à faire."),
    "failed": later("Rien n’est débité\u00a0: le commerçant peut payer autrement."),
    "expired": later("Rien n’est débité\u00a0: le commerçant peut ouvrir une autre page."),
    "canceled": later(
        "Stripe l’a annulé, rien n’est débité\u00a0: le commerçant peut payer autrement."
    ),
}


def of_transfer(state: str) -> str:
    """Return the next step of a transfer to a council."""
    return str(_TRANSFERS[state])


_TRANSFERS: Sentences = {
    "pending": later("Il part dans la minute."),
    "in_flight": later("Stripe le traite\u202f; il est refait de lui-même jusqu’à sa réponse."),
    "unknown": later("Il est d’abord cherché chez Stripe, puis refait s’il n’y est pas."),
    "done": later("Il est sur le compte du CSE. Rien à faire."),
    "refused": later(
        "La part attend\u00a0: un autre part dans l’heure, ou dès que le compte du CSE est actif."
    ),
}


def of_restitution(state: str) -> str:
    """Return the next step of a restitution."""
    return str(_RESTITUTIONS[state])


_GOES_OUT = later("Stripe la traite\u202f; elle est refaite d’elle-même jusqu’à sa réponse.")
_RESTITUTIONS: Sentences = {
    "due": later("Elle part dans l’heure, ou dès que le compte du CSE est actif."),
    "sending": _GOES_OUT,
    "done": later("Elle est sur le compte du CSE. Rien à faire."),
    "netted": later(
        "Elle a réglé ce que le CSE devait, ou lui a été réglée sur pièce. Rien à faire."
    ),
}


def of_tax(state: str, *, due_at: dt.datetime, write_off_requested: bool) -> str:
    """Return the next step of the VAT of an invoice in a council's name."""
    if write_off_requested:
        return _("Une autre personne approuve ou rejette l’abandon.")
    if state == "due":
        return _("Elle part à partir du %(day)s, dès que le compte du CSE est actif.") % {
            "day": shortdate(due_at)
        }
    return str(_TAXES[state])


_TAXES: Sentences = {
    "sending": _GOES_OUT,
    "done": later("Elle est sur le compte du CSE. Rien à faire."),
    "owed": later(
        "Un avoir l’a reprise\u00a0: elle est compensée avec la prochaine somme due à ce CSE."
    ),
    "netted": later("Elle a réglé ce qui était dû, ou a été réglée sur pièce. Rien à faire."),
    "written_off": later("Abandonnée, et passée en perte. Rien à faire."),
}


def of_invoice(state: str) -> str:
    """Return the next step of an invoice or a credit note."""
    return str(_INVOICES[state])


_INVOICES: Sentences = {
    "issued": later("Le PDF se dessine dans la minute, puis part par e-mail."),
    "rendered": later("L’e-mail au commerçant part dans la minute."),
    "sent": later("Le commerçant l’a reçue. Rien à faire."),
    "credited_partly": later("Un avoir en a repris une partie. Rien à faire."),
    "credited": later("Un avoir l’a annulée en entier. Rien à faire."),
}


def of_account(
    state: str, *, asked_at: dt.datetime | None = None, deadline_at: dt.datetime | None = None
) -> str:
    """Return the next step of a council's account; `asked_at` is its claim to legal personality."""
    if state == "no_legal_personality" and asked_at:
        return _(
            "Le CSE l’a demandé le %(day)s\u00a0: nous lui avons promis une réponse sous deux "
            "jours ouvrés."
        ) % {"day": shortdate(asked_at)}
    if state == "restricted" and deadline_at:
        return _("Stripe attend la réponse du CSE avant le %(day)s\u202f; les parts attendent.") % {
            "day": shortdate(deadline_at)
        }
    return str(_ACCOUNTS[state])


_ACCOUNTS: Sentences = {
    "none": later("Sa trésorerie l’ouvre depuis l’espace\u202f; les parts attendent."),
    "no_legal_personality": later(
        "Le CSE dit dans son espace quand il l’acquiert, et vous le notez ici\u202f; les parts "
        "attendent, sans limite de temps."
    ),
    "created": later(
        "Le CSE doit répondre aux questions de Stripe\u202f; nous redemandons chaque nuit."
    ),
    "onboarding": later(
        "Stripe vérifie en un à deux jours ouvrés, ou attend le CSE\u202f; nous redemandons chaque "
        "nuit."
    ),
    "active": later("Les parts y arrivent à la fin de leur retenue. Rien à faire."),
    "restricted": later(
        "Stripe attend la réponse du CSE\u202f; les parts attendent, et repartent d’elles-mêmes."
    ),
    "rejected": later(
        "Écrivez au CSE sous deux jours ouvrés\u00a0: deux de ses élus peuvent demander un autre "
        "compte."
    ),
    "unsupported": later(
        "Écrivez au CSE sous deux jours ouvrés\u00a0: Stripe ne sait pas tenir ce compte."
    ),
    "closed": later(
        "Deux élus du CSE peuvent demander un autre compte\u202f; les parts attendent."
    ),
}


def of_change(state: str, *, asked_at: dt.datetime, confirmed_at: dt.datetime | None) -> str:
    """Return the next step of an account's replacement."""
    values = {"day": shortdate((confirmed_at or asked_at) + AccountChange.LASTS)}
    return str(_CHANGES[state]) % values


_CHANGES: Sentences = {
    "asked": later(
        "Une autre personne du CSE le confirme, sinon il tombe de lui-même après le %(day)s."
    ),
    "confirmed": later(
        "Le nouveau compte prend la place de l’ancien dès que Stripe le dit actif\u202f; sinon "
        "tout reste, après le %(day)s."
    ),
    "done": later(
        "Les parts arrivent sur le nouveau\u202f; l’ancien se ferme quand plus rien n’y est "
        "attendu."
    ),
    "cancelled": later("Le compte d’avant reste. Un autre remplacement peut être demandé."),
}


def of_subscription(
    state: str, *, paid_until: dt.datetime | None, next_try_at: dt.datetime | None
) -> str:
    """Return the next step of a monthly campaign."""
    day = next_try_at if state == "past_due" else paid_until
    if day is None:
        return str(_UNDATED[state])
    return str(_SUBSCRIPTIONS[state]) % {"day": shortdate(day)}


_UNDATED: Sentences = {
    "opening": later(
        "Le premier mois n’est pas payé\u00a0: sans paiement, elle tombe avec sa commande au bout "
        "d’une semaine."
    ),
    "active": later("Le mois suivant est prélevé quand celui-ci est fini."),
    "past_due": later(
        "La banque a refusé, et Stripe ne réessaie plus\u00a0: le commerçant change de moyen de "
        "paiement, ou elle s’arrête."
    ),
    "ending": later("Rien n’est plus prélevé\u00a0: elle s’arrête à la fin du mois payé."),
    "ended": later("Rien n’est plus prélevé. Rien à faire."),
}
_SUBSCRIPTIONS: Sentences = {
    **_UNDATED,
    "active": later("Le mois suivant est prélevé le %(day)s."),
    "past_due": later("La banque a refusé\u00a0: Stripe réessaie le %(day)s."),
    "ending": later("Rien n’est plus prélevé\u00a0: elle s’arrête le %(day)s."),
}


def of_call(state: str, *, kind: str, next_at: dt.datetime | None) -> str:
    """Return the next step of a call to Stripe."""
    if next_at and state in {"pending", "in_flight", "unknown"}:
        return _("Prochain essai à %(time)s, de lui-même.") % {"time": hour(next_at)}
    if state == "failed":
        return str(_REFUSED_CALLS.get(kind, _UNCHANGED))
    return str(_CALLS[state])


_CALLS: Sentences = {
    "pending": later("Il part dans la minute."),
    "in_flight": later("Il est refait de lui-même jusqu’à une réponse."),
    "unknown": later("Il est d’abord cherché chez Stripe, puis refait s’il n’y est pas."),
    "parked": later("Il ne repart pas seul\u00a0: lisez la raison, corrigez, puis réessayez ici."),
    "done": later("Fait. Rien à faire."),
}
_UNCHANGED = later("Rien n’a changé chez Stripe. Rien à refaire ici.")
_NOT_PAID = later("Le commerçant lit que le paiement ne s’est pas ouvert, et peut recommencer.")
_STILL_DUE = later("La somme reste due au CSE\u00a0: elle repart dès que son compte est actif.")
_SAME_SUBSCRIPTION = later("L’abonnement reste chez Stripe comme il était.")
_SAME_ACCOUNT = later("Le compte du CSE reste comme il était\u00a0: sa page dit la suite.")
_PAGE_NOT_OPEN = later("La page ne s’est pas ouverte\u00a0: son bouton la redemande.")
_REFUSED_CALLS: Sentences = {
    **dict.fromkeys(("customer", "checkout"), _NOT_PAID),
    **dict.fromkeys(("giveback", "tax"), _STILL_DUE),
    **dict.fromkeys(("stop", "end", "reprice"), _SAME_SUBSCRIPTION),
    **dict.fromkeys(("account", "change", "close"), _SAME_ACCOUNT),
    **dict.fromkeys(("portal", "link"), _PAGE_NOT_OPEN),
    "refund": later(
        "Le remboursement est noté comme échoué\u00a0: il est dans «\u00a0À traiter\u00a0»."
    ),
    "transfer": later(
        "La part attend\u00a0: un autre part dans l’heure, ou dès que le compte du CSE est actif."
    ),
    "reversal": later("La reprise n’a pas eu lieu\u00a0: la page du CSE dit ce qui reste dû."),
    "evidence": later("La réponse n’est pas partie\u00a0: le litige l’attend, avec son échéance."),
}


def of_event(state: str) -> str:
    """Return the next step of an event of Stripe."""
    return str(_EVENTS[state])


_EVENTS: Sentences = {
    "received": later("Il est traité dans la minute."),
    "processed": later("Traité. Rien à faire."),
    "ignored": later("Il ne nous concerne pas. Rien à faire."),
    "parked": later(
        "Il ne repart pas seul\u00a0: lisez la raison, puis réessayez ici. Ce qui est en cours "
        "est de toute façon redemandé à Stripe chaque nuit."
    ),
}


def of_case(state: str) -> str:
    """Return the next step of a difference between Stripe and the ledger."""
    return str(_CASES[state])


_CASES: Sentences = {
    "open": later(
        "Comparé de nouveau chaque nuit\u00a0: il se clôt de lui-même s’il s’explique, sinon il "
        "attend que vous le classiez."
    ),
    "explained": later("Les deux côtés s’accordent depuis. Rien à faire."),
    "closed": later("Classé avec son motif\u00a0: il n’est pas rouvert. Rien à faire."),
}
