"""Mails to merchants about operators' decisions on their offers."""

from django.conf import settings
from django.urls import reverse

from saas.catalogue.offers.models import Offer
from saas.kernel import mail
from tenants.spaces.hosts import public_url


def mail_decision(offer: Offer) -> None:
    """Mail a merchant that an offer was approved, or the reason of its refusal."""
    owner = offer.merchant.owner
    urlconf = settings.PUBLIC_SCHEMA_URLCONF
    path = reverse("offers:detail", urlconf=urlconf, args=[offer.reference])
    mail.send(
        to=owner.email,
        template="merchant_reviewed",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "kind": "offer",
            "title": offer.title,
            "is_approved": offer.review == Offer.Review.APPROVED,
            "reason": offer.review_reason,
            "url": public_url(path),
        },
    )
