"""Borrowed media as acts of members."""

from django.utils.translation import gettext_lazy as _

from saas.kernel.offers.adoption_hooks import Acts
from tenants.community.mediastore.models import Borrowing, Progress


def acts() -> list[Acts]:
    """Return the acts of members in this room, for counts alone."""
    return [
        Acts(_("Médiathèque"), Borrowing.objects.all(), "borrower_id", "borrowed_at", _("Médias")),
        Acts(_("Médiathèque"), Progress.objects.all(), "reader_id", "read_at"),
    ]
