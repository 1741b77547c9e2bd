"""Places on the screens of a space: how many there are in an hour, and when one is free."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import PartOfDay, Slot
from saas.catalogue.placements.rules.campaigns import FARTHEST_DAYS
from saas.catalogue.placements.rules.prices import Line, Period
from saas.kernel.display.writing import elided, shortdate
from saas.kernel.errors import Refused

SECONDS_SOLD = 600
"""Seconds of every hour of a screen that are sold, a sixth of it."""
SECONDS_EACH = 60
MOST_AT_ONCE = SECONDS_SOLD // SECONDS_EACH
# While a page of payment is open, and while a bank thinks about a debit.
HELD, HELD_FOR_BANK = dt.timedelta(hours=25), dt.timedelta(days=15)
# A month that is over is followed by the next one as soon as Stripe has collected it.
RENEWED_WITHIN = dt.timedelta(days=3)
A_DAY = dt.timedelta(days=1)
FOR_EVER = dt.date(9999, 1, 1)
HOURS: dict[str, tuple[int, int]] = {
    PartOfDay.ALL: (0, 24),
    PartOfDay.MORNING: (7, 11),
    PartOfDay.NOON: (11, 14),
    PartOfDay.AFTERNOON: (14, 19),
}


class Booked(NamedTuple):
    """A place that is taken on the screens of a space; a monthly one is taken until it ends."""

    tenant_id: int
    period: Period
    day_part: str


class PlayTotal(NamedTuple):
    """How often a flight was played on a screen on a day, as its space counted it."""

    flight_reference: str
    day: dt.date
    screen_reference: str
    screen_name: str
    plays: int
    seconds: int


def on_screens(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that stand on screens."""
    return [line for line in lines if line.slot == Slot.KIOSK]


def check_screens(lines: Iterable[Line], booked: Collection[Booked]) -> None:
    """Refuse a space without a screen, and days on which every place of an hour is sold."""
    for line in on_screens(lines):
        if not line.screens:
            raise Refused(
                _("%(space)s n’a pas encore d’écran\u00a0: choisissez un autre emplacement.")
                % {"space": line.space},
                field="slots",
            )
        taken = [
            one.period
            for one in booked
            if one.tenant_id == line.tenant_id and overlap(one.day_part, line.day_part)
        ]
        wanted = Period(line.period.starts_on, FOR_EVER) if line.monthly else line.period
        full = first_full_day(wanted, taken)
        if full is not None:
            raise Refused(_sold_out(line, full, next_free(wanted, taken)), field="slots")


def is_sold_out(wanted: Iterable[Booked], booked: Collection[Booked]) -> bool:
    """Say whether others have every place, on some day, of an hour that somebody has paid for."""
    return any(
        first_full_day(
            one.period,
            [
                other.period
                for other in booked
                if other.tenant_id == one.tenant_id and overlap(other.day_part, one.day_part)
            ],
        )
        for one in wanted
    )


def _sold_out(line: Line, full: dt.date, free: Period | None) -> str:
    words = {"of_space": elided(line.space, "de"), "day": shortdate(full)}
    if free is None:
        return (
            _(
                "Les écrans %(of_space)s sont complets le %(day)s, et pour longtemps\u00a0: "
                "choisissez un autre moment de la journée ou un autre emplacement."
            )
            % words
        )
    if line.monthly:
        return _(
            "Les écrans %(of_space)s sont complets le %(day)s\u00a0: une place se libère chaque"
            " mois à partir du %(first)s."
        ) % {**words, "first": shortdate(free.starts_on)}
    return _(
        "Les écrans %(of_space)s sont complets le %(day)s\u00a0: les prochaines dates libres vont "
        "du %(first)s au %(last)s."
    ) % {**words, "first": shortdate(free.starts_on), "last": shortdate(free.ends_on)}


def first_full_day(wanted: Period, taken: Sequence[Period]) -> dt.date | None:
    """Return the first day of a period on which as many places are taken as there are.

    A place is taken from some day on: so only the days on which one begins need be looked at.
    """
    begins = {max(wanted.starts_on, one.starts_on) for one in taken} | {wanted.starts_on}
    for day in sorted(day for day in begins if day <= wanted.ends_on):
        if sum(one.starts_on <= day <= one.ends_on for one in taken) >= MOST_AT_ONCE:
            return day
    return None


def next_free(wanted: Period, taken: Sequence[Period]) -> Period | None:
    """Return the next days, as many as are wanted, on all of which a place is free."""
    last = wanted.starts_on + FARTHEST_DAYS * A_DAY
    ends = sorted({one.ends_on + A_DAY for one in taken if one.ends_on < last})
    for day in ends:
        if day > wanted.starts_on:
            until = FOR_EVER if wanted.ends_on == FOR_EVER else day + (wanted.days - 1) * A_DAY
            if first_full_day(Period(day, until), taken) is None:
                return Period(day, until)
    return None


def overlap(one: str, other: str) -> bool:
    """Say whether two parts of the day share an hour."""
    return one == other or PartOfDay.ALL in {one, other}
