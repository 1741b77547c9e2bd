"""Classifieds as acts of members: posted, and closed with an outcome."""

from django.utils.translation import gettext_lazy as _

from saas.kernel.offers.adoption_hooks import Acts
from tenants.community.classifieds.models import Classified


def acts() -> list[Acts]:
    """Return the acts of members in this room, for counts alone."""
    return [
        Acts(_("Annonces"), Classified.objects.all(), "author_id", "created_at", _("Annonces")),
        Acts(
            _("Annonces"),
            Classified.objects.filter(
                outcome__in=[Classified.Outcome.HERE, Classified.Outcome.ELSEWHERE]
            ),
            "author_id",
            "closed_at",
            _("Conclues"),
        ),
    ]
