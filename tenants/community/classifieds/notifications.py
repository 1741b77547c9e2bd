"""News for authors about their classifieds."""

from django.urls import reverse
from django.utils import timezone

from saas.kernel import tokens
from saas.kernel.notifying import Event, Kind, notify, written
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Classified


def tell_of_expiry(classified: Classified) -> None:
    """Ask an author whether to keep a classified that ends within days.

    The letter's link leads to a button that keeps it, without signing in.
    """
    token = tokens.sign(rules.KEEPING, classified.pk)
    event = Event(
        key=f"classified-ends:{classified.pk}:{classified.expires_at:%Y%m%d}",
        kind=Kind.CLASSIFIEDS,
        path=classified.get_absolute_url(),
        about=rules.about(classified.reference),
        words=lambda: written("classified_expiring", {"classified": classified}),
        deadline=classified.expires_at,
        letter_path=reverse("classifieds:keep", args=[token]),
    )
    notify(event, to=[classified.author_id], at=timezone.now())
