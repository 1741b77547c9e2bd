"""Pages of screens and of their managers, as the walk sees them."""

import secrets

from django.utils import timezone

from infra.demo.seed.world import NORD
from infra.screenshots.stops import HR, NOBODY, SPACE, TOUCH, Stop, newest
from saas.kernel.secrets import tokens
from tenants.community.deals.models import Deal
from tenants.community.kiosk.models import DayPart, Screen
from tenants.community.kiosk.queries.playlist import SLIDE_CODE


def _screen() -> tuple[str, ...]:
    return newest(Screen.objects.filter(name="Hall, près du café"))


def _day_part() -> tuple[str, ...]:
    return newest(DayPart.objects.all())


def _on_wall() -> tuple[str, ...]:
    return newest(Deal.objects.filter(on_screens=True, closed_at=None))


def token_of_a_touched_screen() -> str:
    """Pair a screen that people touch, and return its token."""
    token, token_hash = tokens.fresh()
    paired = {"paired_at": timezone.now(), "play_secret": secrets.token_hex(32)}
    touched = {"token_hash": token_hash, "is_touched": True}
    Screen.objects.update_or_create(
        name="Promenade", defaults=touched, create_defaults={**paired, **touched}
    )
    return token


STOPS: tuple[Stop, ...] = (
    Stop("kiosk:touch", SPACE, TOUCH),
    Stop("kiosk:touch_search", SPACE, TOUCH),
    Stop("kiosk:touch_search", SPACE, TOUCH, look="nothing", query="?q=girafe"),
    Stop("kiosk:touch_thing", SPACE, TOUCH, _on_wall),
    Stop("kiosk:scanned", SPACE, NOBODY, lambda: ("XX",), "gone"),
    Stop("kiosk:scanned", SPACE, NOBODY, lambda: (tokens.name(SLIDE_CODE, "house:house"),)),
    Stop("kiosk:home", SPACE, HR, look="empty", space=NORD.slug),
    Stop("kiosk:screen", SPACE, HR, _screen),
    Stop("kiosk:hours", SPACE, HR, look="empty", space=NORD.slug),
    Stop("kiosk:part", SPACE, HR, _day_part),
    Stop("kiosk:messages", SPACE, HR),
)
