"""Notifications for managers of screens: a screen is silent, or frozen on a slide."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse

from saas.kernel.notifying import Event, Kind, notify, settle
from saas.kernel.offers.screen_hooks import SILENT_FOR, SoldOnScreens
from tenants.community.kiosk import wording
from tenants.community.kiosk.models import Screen


def notify_silent(
    screen: Screen,
    seen_at: dt.datetime,
    *,
    sold: Sequence[SoldOnScreens],
    to: Iterable[int],
    at: dt.datetime,
) -> None:
    """Notify of a silent screen, its paid placements, and the deadline to switch it on again."""
    event = Event(
        key=f"screen-silent:{screen.pk}:{seen_at:%Y-%m-%d %H:%M}",
        kind=Kind.DUTIES,
        path=reverse("kiosk:screen", args=[screen.reference]),
        words=lambda: wording.is_silent(screen, seen_at, sold),
        about=_about(screen),
        deadline=seen_at + SILENT_FOR,
    )
    notify(event, to=to, at=at)


def notify_frozen(screen: Screen, *, to: Iterable[int], at: dt.datetime) -> None:
    """Notify the managers of screens that a screen is frozen on a slide."""
    event = Event(
        key=f"screen-frozen:{screen.pk}:{at:%Y-%m-%d %H}",
        kind=Kind.DUTIES,
        path=reverse("kiosk:screen", args=[screen.reference]),
        words=lambda: wording.is_frozen(screen),
        about=_about(screen),
    )
    notify(event, to=to, at=at)


def settle_silent(screen: Screen, *, at: dt.datetime) -> None:
    """Settle the notifications about a silent screen: it is back, or was removed."""
    settle(_about(screen), at=at)


def _about(screen: Screen) -> str:
    return f"screen:{screen.reference}"
