"""Hours of the week: a single interval per weekday, in quarters of an hour, typed and read."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from saas.kernel.display import writing
from saas.kernel.errors import Refused

DAYS = range(1, 8)  # as ISO 8601 numbers them, Monday first
MINUTES_A_DAY = 24 * 60
QUARTER = 15
_TIME = re.compile(r"([0-9]{1,2})\s*(?:[:hH]\s*([0-9]{2})?)?")


class Hours(NamedTuple):
    """Interval of a weekday (Monday is 1), in minutes since midnight; it ends by 1440."""

    weekday: int
    starts_minute: int
    ends_minute: int

    @property
    def day(self) -> str:
        """The weekday's name."""
        return day_name(self.weekday)

    @property
    def words(self) -> str:
        """The stretch as people read it: 18 h 00 – 20 h 30."""
        return f"{hour_in_words(self.starts_minute)} – {hour_in_words(self.ends_minute)}"


def minute_of(text: str) -> int:
    """Return the minutes since midnight of a time of day: 18:30, 18 h 30, 18h.

    Raises Refused for an invalid time, or a time not on a quarter of an hour.
    """
    match = _TIME.fullmatch(text.strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):  # noqa: PLR2004 - of a clock
        raise Refused(_("Écrivez une heure, par exemple 18:30."))
    if minute % QUARTER:
        raise Refused(_("Choisissez un quart d’heure : 18:00, 18:15, 18:30 ou 18:45."))
    return hour * 60 + minute


def text_of(minute: int) -> str:
    """Write minutes since midnight as a field takes them: 18:30; the end of the day is 00:00."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def stretch(weekday: int, starts: str, ends: str) -> Hours:
    """Return the interval between two times of a weekday; an end at 00:00 is the day's end.

    Raises Refused if a time is missing, or the end is not after the start.
    """
    if not starts or not ends:
        raise Refused(_("%(day)s : indiquez le début et la fin.") % {"day": day_name(weekday)})
    hours = Hours(weekday, minute_of(starts), minute_of(ends) or MINUTES_A_DAY)
    check(hours)
    return hours


def check(hours: Hours) -> None:
    """Raise Refused if an interval is not inside its day, or not on quarters of an hour."""
    if hours.weekday not in DAYS:
        raise Refused(_("Choisissez un jour de la semaine."))
    if not 0 <= hours.starts_minute < hours.ends_minute <= MINUTES_A_DAY:
        raise Refused(
            _("%(day)s : la fin vient après le début.") % {"day": day_name(hours.weekday)}
        )
    if hours.starts_minute % QUARTER or hours.ends_minute % QUARTER:
        raise Refused(_("Choisissez un quart d’heure : 18:00, 18:15, 18:30 ou 18:45."))


def check_week(week: Iterable[Hours]) -> None:
    """Raise Refused if a week has an invalid interval, or two intervals on a weekday."""
    seen = set()
    for hours in week:
        check(hours)
        if hours.weekday in seen:
            raise Refused(
                _("%(day)s : une seule plage par jour.") % {"day": day_name(hours.weekday)}
            )
        seen.add(hours.weekday)


def day_name(weekday: int) -> str:
    """Return the name of a weekday in the reader's language; Monday is 1."""
    return str(WEEKDAYS[weekday - 1]).capitalize()


def short_day_name(weekday: int) -> str:
    """Return the name of a weekday in three letters; Monday is 1."""
    return str(WEEKDAYS_ABBR[weekday - 1]).capitalize()


def hour_in_words(minute: int) -> str:
    """Return a time of day as text; the end of the day is midnight of the next."""
    return writing.hour(dt.time(*divmod(minute % MINUTES_A_DAY, 60)))


def next_days(at: dt.datetime, count: int) -> list[tuple[str, str]]:
    """List the days to come, today first, each as a form sends it and as people read it."""
    today = timezone.localdate(at)
    days = [today + dt.timedelta(days=number) for number in range(count)]
    return [(day.isoformat(), writing.day(day)) for day in days]
