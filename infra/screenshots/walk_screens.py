"""Pages of screens and of who manages them, as the walk sees them."""

from infra.demo.seed.town import NORD
from infra.screenshots.stops import HR, NOBODY, SPACE, Stop, newest
from saas.kernel import tokens
from tenants.community.kiosk.models import DayPart, Screen
from tenants.community.kiosk.queries.playlist import SLIDE_CODE


def _screen() -> tuple[str, ...]:
    return newest(Screen.objects.filter(name="Hall, près du café"))


def _day_part() -> tuple[str, ...]:
    return newest(DayPart.objects.all())


STOPS: tuple[Stop, ...] = (
    Stop("kiosk:show", SPACE, NOBODY, look="pairing"),
    Stop("kiosk:scanned", SPACE, NOBODY, lambda: ("XX",), "gone"),
    Stop("kiosk:scanned", SPACE, NOBODY, lambda: (tokens.name(SLIDE_CODE, "house:house"),)),
    Stop("kiosk:home", SPACE, HR),
    Stop("kiosk:home", SPACE, HR, look="empty", space=NORD.slug),
    Stop("kiosk:pair", SPACE, HR),
    Stop("kiosk:screen", SPACE, HR, _screen),
    Stop("kiosk:loop", SPACE, HR),
    Stop("kiosk:hours", SPACE, HR),
    Stop("kiosk:hours", SPACE, HR, look="empty", space=NORD.slug),
    Stop("kiosk:new_part", SPACE, HR),
    Stop("kiosk:part", SPACE, HR, _day_part),
    Stop("kiosk:messages", SPACE, HR),
    Stop("kiosk:plays", SPACE, HR),
)
