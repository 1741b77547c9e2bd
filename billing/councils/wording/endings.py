"""Sentences about the unsettled money of a space, each with the next step."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from saas.kernel.display.writing import elided, eur


def disputes_are_open(references: Iterable[str]) -> str:
    """Return the sentence on disputes without a decision of the bank."""
    return _("Une banque conteste un paiement\u00a0: %(disputes)s. Attendez sa décision.") % {
        "disputes": ", ".join(references)
    }


def refunds_are_moving(references: Iterable[str]) -> str:
    """Return the sentence on refunds not received by the merchant yet."""
    return _("Un remboursement n’est pas fini\u00a0: %(refunds)s. Attendez-le, ou payez-le.") % {
        "refunds": ", ".join(references)
    }


def payments_are_moving(references: Iterable[str]) -> str:
    """Return the sentence on orders with a payment in progress."""
    return _("Un paiement est en cours\u00a0: %(orders)s. Attendez qu’il aboutisse ou expire.") % {
        "orders": ", ".join(references)
    }


def council_is_unsettled(council: str) -> str:
    """Return the administrators' sentence on a council's pending money, without an amount."""
    return _(
        "%(name)s a encore de l’argent en route\u00a0: demandez à sa trésorerie de compléter "
        "son compte, et attendez le dernier reversement."
    ) % {"name": council}


def payments_are_unsettled() -> str:
    """Return the administrators' sentence on a merchant's pending payment."""
    return _(
        "Un paiement ou un remboursement d’un commerçant n’est pas terminé\u00a0: Troovon "
        "s’en occupe, vous n’avez rien à faire."
    )


def shares_wait(council: str, cents: int) -> str:
    """Return the sentence on shares of a council not transferred yet."""
    return _(
        "%(name)s attend encore %(amount)s\u00a0: reversez, réglez sur pièce, ou remboursez le "
        "commerçant."
    ) % _named(council, cents)


def payouts_came_back(council: str, cents: int) -> str:
    """Return the sentence on payouts that came back to a closed account."""
    return _(
        "%(amount)s de %(name)s sont revenus de sa banque sur un compte fermé\u00a0: réglez-les "
        "sur pièce."
    ) % _named(council, cents)


def claims_are_open(council: str, cents: int) -> str:
    """Return the sentence on a council's debt after refunds."""
    return _(
        "%(name)s doit encore %(amount)s\u00a0: attendez la reprise, ou abandonnez-la."
    ) % _named(council, cents)


def restitutions_wait(council: str, cents: int) -> str:
    """Return the sentence on restitutions not transferred yet."""
    return _("%(name)s attend encore %(amount)s d’un appel gagné\u00a0: reversez-les.") % _named(
        council, cents
    )


def tax_waits(council: str, cents: int) -> str:
    """Return the sentence on VAT of a council's invoices not transferred yet."""
    return _(
        "%(name)s attend encore %(amount)s de TVA de ses factures\u00a0: versez-les."
    ) % _named(council, cents)


def tax_is_owed(council: str, cents: int) -> str:
    """Return the sentence on VAT of a council's credit notes not paid back."""
    return _(
        "%(name)s doit encore %(amount)s de TVA\u00a0: compensez-les, ou abandonnez-les."
    ) % _named(council, cents)


def account_is_replaced(council: str) -> str:
    """Return the sentence on a replacement of a council's account in progress."""
    return _("Le compte %(of_name)s est en cours de remplacement\u00a0: abandonnez-le d’abord.") % {
        "of_name": elided(council, "de")
    }


def legal_basis() -> str:
    """Return the law that requires records to outlive a space."""
    return _("Code de commerce, art. L123-22\u00a0: dix ans.")


def _named(council: str, cents: int) -> dict[str, str]:
    return {"name": council, "amount": eur(cents)}
