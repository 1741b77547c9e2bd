"""Notifications about classifieds: for authors and for colleagues with a reservation."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from saas.kernel.notifying import Event, Kind, notify, written
from saas.kernel.secrets import tokens
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Classified


def notify_expiry(classified: Classified) -> None:
    """Ask an author whether to keep a classified that ends within days.

    The mail's link leads to a button that keeps it, without signing in.
    """
    token = tokens.sign(rules.KEEP_PURPOSE, classified.pk)
    event = Event(
        key=f"classified-ends:{classified.pk}:{classified.expires_at:%Y%m%d}",
        kind=Kind.CLASSIFIEDS,
        path=classified.get_absolute_url(),
        about=rules.about(classified.reference),
        words=lambda: written("classified_expiring", {"classified": classified}),
        deadline=classified.expires_at,
        mail_path=reverse("classifieds:keep", args=[token]),
    )
    notify(event, to=[classified.author_id], at=timezone.now())


def notify_held(classified: Classified, person_id: int, *, at: dt.datetime) -> None:
    """Notify a colleague that a classified is reserved for them."""
    _notify_person("classified_held", classified, person_id, at=at)


def notify_released(classified: Classified, person_id: int, *, at: dt.datetime) -> None:
    """Notify a colleague that a classified is no longer reserved for them."""
    _notify_person("classified_free", classified, person_id, at=at)


def notify_gone(classified: Classified, person_id: int, *, at: dt.datetime) -> None:
    """Notify a colleague that a classified reserved for them was closed without them."""
    _notify_person("classified_gone", classified, person_id, at=at)


def _notify_person(name: str, classified: Classified, person_id: int, *, at: dt.datetime) -> None:
    event = Event(
        key=f"{name}:{classified.pk}:{person_id}:{at:%Y%m%d%H%M%S%f}",
        kind=Kind.CLASSIFIEDS,
        path=classified.get_absolute_url(),
        words=lambda: written(name, {"classified": classified}),
    )
    notify(event, to=[person_id], at=at)
