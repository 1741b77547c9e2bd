"""The amount of a refund."""

from django.utils.translation import gettext as _

from billing.stripe.rules import params
from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused


def check_refund(amount_cents: object, *, refundable_cents: int) -> None:
    """Refuse to give back more than is left."""
    if refundable_cents == 0:
        raise Refused(_("Tout est déjà remboursé, ou en train de l’être."), field="amount_cents")
    amount = params.check_cents(amount_cents)
    if amount > refundable_cents:
        raise Refused(
            _("Il reste %(left)s à rembourser au plus.") % {"left": eur(refundable_cents)},
            field="amount_cents",
        )
