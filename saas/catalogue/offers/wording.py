"""Sentences about an offer: whether spaces see it, or until when operators have."""

from django.utils.translation import gettext as _

from saas.catalogue.offers.models import Offer
from saas.kernel.display.writing import hour, shortdate


def saved(offer: Offer) -> str:
    """Return the message that an offer is published, or the deadline of its review."""
    if offer.review == Offer.Review.APPROVED:
        return _("Votre offre est en ligne dans les espaces autour de vous.")
    return waits(offer)


def waits(offer: Offer) -> str:
    """Return the message with the deadline of an offer's review."""
    due_at = offer.review_due_at or offer.created_at
    return _(
        "Votre offre est relue par Troovon avant d’être montrée, au plus tard le %(day)s à "
        "%(hour)s."
    ) % {"day": shortdate(due_at), "hour": hour(due_at)}


def review_note(offer: Offer) -> str:
    """Return the review message of the offer's page; empty for an approved offer."""
    if offer.review == Offer.Review.WAITING:
        return waits(offer)
    if offer.review == Offer.Review.REFUSED:
        return _("Cette offre n’est montrée nulle part\u00a0: %(reason)s Changez-la.") % {
            "reason": offer.review_reason
        }
    return ""
