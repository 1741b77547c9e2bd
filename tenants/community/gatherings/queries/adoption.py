"""Gatherings and participations, counted for the adoption figures."""

from django.utils.translation import gettext_lazy as _

from saas.kernel.offers.adoption_hooks import Acts
from tenants.community.gatherings.models import Gathering, Participation


def acts() -> list[Acts]:
    """Return the acts of members in this room, for counts alone."""
    return [
        Acts(
            _("Activités"),
            Participation.objects.all(),
            "person_id",
            "joined_at",
            _("Inscriptions"),
        ),
        Acts(_("Activités"), Gathering.objects.all(), "organiser_id", "created_at"),
    ]
