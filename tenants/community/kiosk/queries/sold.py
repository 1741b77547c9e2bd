"""Queries on paid placements on the screens: their screens and their hours."""

import datetime as dt
import zoneinfo

from saas.kernel import modules
from saas.kernel.offers import screen_hooks
from saas.kernel.offers.screen_hooks import ScreensSold, SoldOnScreens
from tenants.community.kiosk.models import Screen
from tenants.community.kiosk.queries.playlist import parts_of_group
from tenants.community.kiosk.rules import loop
from tenants.community.kiosk.rules import screens as rules
from tenants.community.members.queries import people as member_queries
from tenants.spaces.queries.own import own_space


def screens_sold(at: dt.datetime) -> ScreensSold:
    """Count the screens sold to merchants: switched on, and with more than time and messages.

    A new screen without a heartbeat counts for as long as a screen that fell silent.
    """
    signs = Screen.objects.filter(is_quiet=False).values_list("alive_at", "paired_at")
    seen = [alive_at or paired_at for alive_at, paired_at in signs]
    lit = [moment for moment in seen if not rules.is_silent(moment, at=at)]
    return ScreensSold(len(lit), max(seen, default=None))


def sold(at: dt.datetime) -> list[SoldOnScreens]:
    """Return the paid placements on the screens, today or later."""
    return screen_hooks.sold_on_screens.collect(at)


def sold_and_shown(at: dt.datetime) -> set[SoldOnScreens]:
    """Return the paid placements with at least a screen that shows the loop in their hours."""
    return {one for one in sold(at) if is_shown(one.hours, at)}


def is_shown(hours: tuple[int, int], at: dt.datetime) -> bool:
    """Return True if a screen shows the loop at the given hours within the next week."""
    zone = zoneinfo.ZoneInfo(own_space().time_zone)
    groups = set(Screen.objects.filter(is_quiet=False).values_list("group", flat=True))
    return any(
        loop.is_loop_shown(parts_of_group(group), hours, starts_at=at, zone=zone)
        for group in groups
    )


def silent_screens(at: dt.datetime) -> list[Screen]:
    """Return screens that are silent for long enough to notify, but still sold."""
    if not modules.is_used("kiosk"):
        return []
    rows = Screen.objects.filter(is_quiet=False, alive_at__lte=at - rules.MUTE_FOR)
    return list(rows.filter(alive_at__gt=at - screen_hooks.SILENT_FOR).order_by("pk"))


def manager_ids() -> list[int]:
    """Return the ids of the managers of screens and of the administrators."""
    return sorted({*member_queries.screen_manager_ids(), *member_queries.administrator_ids()})
