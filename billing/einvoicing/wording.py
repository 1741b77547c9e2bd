"""Sentences about electronic invoices: their titles, and the operator's next step."""

from django.utils.translation import gettext as _

from billing.models import EInvoice, Invoice
from saas.kernel.display.writing import shortdate


def title_of(one: EInvoice) -> str:
    """Return the title of a document."""
    if one.invoice is not None:
        return one.invoice.number
    if one.first_day and one.last_day:
        return _("Ventes du %(first)s au %(last)s") % {
            "first": shortdate(one.first_day),
            "last": shortdate(one.last_day),
        }
    return f"{one.content.get('name', '')} {one.content.get('number', '')}".strip()


def kind_of(one: EInvoice) -> str:
    """Return the kind of a document."""
    if one.invoice is not None and one.invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return _("Avoir émis")
    return str(one.get_kind_display())


def advice(one: EInvoice) -> str:
    """Return the next step of a document."""
    if one.failure:
        return _("La plateforme ne répond pas\u00a0: la même demande repart d’elle-même.")
    if one.kind == EInvoice.Kind.SUPPLIER:
        return _of_supplier(one)
    return {
        EInvoice.State.PREPARED: _("Part à la plateforme dans le quart d’heure."),
        EInvoice.State.DEPOSITED: _("Déposée\u00a0: la plateforme la remet à son destinataire."),
        EInvoice.State.RECEIVED: _("Reçue\u00a0: rien à faire."),
        EInvoice.State.APPROVED: _("Approuvée\u00a0: rien à faire."),
        EInvoice.State.DISPUTED: _(
            "L’acheteur conteste\u00a0: lisez le motif et appelez-le. S’il a raison, remboursez "
            "depuis la commande\u00a0: l’avoir part à son tour."
        ),
        EInvoice.State.PAID: _("Encaissement déclaré\u00a0: rien à faire."),
        EInvoice.State.REJECTED: _(
            "La plateforme l’a rejetée\u00a0: lisez le motif. Une erreur de la plateforme ou de "
            "l’annuaire, et vous la déposez de nouveau une fois corrigée là-bas. Une erreur de la "
            "facture, et elle se corrige par un avoir depuis la commande."
        ),
        EInvoice.State.REFUSED: _(
            "L’acheteur la refuse\u00a0: elle s’annule par un avoir depuis la commande, puis une "
            "nouvelle facture suit le nouveau paiement."
        ),
    }[EInvoice.State(one.state)]


def _of_supplier(one: EInvoice) -> str:
    if one.state == EInvoice.State.RECEIVED:
        return _("À vérifier, puis à approuver ou à refuser.")
    return _("Répondue\u00a0: la réponse part d’elle-même chez le fournisseur.")
