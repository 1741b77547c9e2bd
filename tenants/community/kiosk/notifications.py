"""News for those who manage the screens: one is silent, or shows the same slide and no other."""

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
    """Tell that a screen gives no sign, what is paid there, and until when it can be lit again."""
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
    """Tell those who manage the screens that one shows the same slide and no other."""
    event = Event(
        key=f"screen-frozen:{screen.pk}:{at:%Y-%m-%d %H}",
        kind=Kind.DUTIES,
        path=reverse("kiosk:screen", args=[screen.reference]),
        words=lambda: wording.is_frozen(screen),
        about=_about(screen),
    )
    notify(event, to=to, at=at)


def settle_silent(screen: Screen, *, at: dt.datetime) -> None:
    """End what was asked of a screen: it speaks again, or is gone."""
    settle(_about(screen), at=at)


def _about(screen: Screen) -> str:
    return f"screen:{screen.reference}"
