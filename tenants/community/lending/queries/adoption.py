"""Loans and things as acts of members."""

from django.utils.translation import gettext_lazy as _

from saas.kernel.offers.adoption_hooks import Acts
from tenants.community.lending.models import Loan, Thing


def acts() -> list[Acts]:
    """Return the acts of members in this room, for counts alone."""
    return [
        Acts(
            _("Emprunter et prêter"),
            Loan.objects.all(),
            "borrower_id",
            "handed_over_at",
            _("Prêts"),
        ),
        Acts(
            _("Emprunter et prêter"),
            Thing.objects.exclude(owner=None),
            "owner_id",
            "created_at",
        ),
    ]
