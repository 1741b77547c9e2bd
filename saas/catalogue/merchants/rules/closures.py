"""Days on which a shop is shut: public holidays, those of Alsace-Moselle included, and its own."""

import datetime as dt
import enum
import functools
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.errors import Refused

# Code du travail, L. 3133-1; L. 3134-13 adds two days in Moselle, Bas-Rhin and Haut-Rhin.
ALSACE_MOSELLE = ("57", "67", "68")
_FIXED = (
    (1, 1, gettext_lazy("jour de l’An")),
    (5, 1, gettext_lazy("fête du Travail")),
    (5, 8, gettext_lazy("victoire de 1945")),
    (7, 14, gettext_lazy("fête nationale")),
    (8, 15, gettext_lazy("Assomption")),
    (11, 1, gettext_lazy("Toussaint")),
    (11, 11, gettext_lazy("armistice de 1918")),
    (12, 25, gettext_lazy("Noël")),
)
_AFTER_EASTER = (
    (1, gettext_lazy("lundi de Pâques")),
    (39, gettext_lazy("Ascension")),
    (50, gettext_lazy("lundi de Pentecôte")),
)
_GOOD_FRIDAY, _SAINT_STEPHEN = gettext_lazy("vendredi saint"), gettext_lazy("Saint-Étienne")
LONGEST_DAYS = 92


class Shut(enum.Enum):
    """Reason why a shop is shut on a day of its usual week."""

    HOLIDAY = "holiday"
    OWN = "own"


def easter(year: int) -> dt.date:
    """Return Easter Sunday of a year of the Gregorian calendar (Meeus, Jones, Butcher)."""
    golden, century = year % 19, year // 100
    rest = year % 100
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


@functools.lru_cache(maxsize=32)
def _holidays(year: int, is_alsace_moselle: bool) -> dict[dt.date, object]:  # noqa: FBT001 - a key
    sunday = easter(year)
    found: dict[dt.date, object] = {dt.date(year, month, day): name for month, day, name in _FIXED}
    found |= {sunday + dt.timedelta(days=days): name for days, name in _AFTER_EASTER}
    if is_alsace_moselle:
        found[sunday - dt.timedelta(days=2)] = _GOOD_FRIDAY
        found[dt.date(year, 12, 26)] = _SAINT_STEPHEN
    return found


def holiday_on(day: dt.date, postcode: str) -> str:
    """Return the name of the public holiday at a postcode on a day, or an empty string."""
    found = _holidays(day.year, postcode.startswith(ALSACE_MOSELLE)).get(day)
    return str(found) if found else ""


class Closures(NamedTuple):
    """Days on which a place is shut beside its usual week; the default is never."""

    postcode: str = ""
    open_on_holidays: bool = True
    closed_from: dt.date | None = None
    closed_until: dt.date | None = None

    def reason(self, day: dt.date) -> Shut | None:
        """Return why the place is shut on a day, or None."""
        first, last = self.closed_from, self.closed_until
        if first and last and first <= day <= last:
            return Shut.OWN
        if not self.open_on_holidays and holiday_on(day, self.postcode):
            return Shut.HOLIDAY
        return None


NEVER = Closures()


def check_closing(first: dt.date | None, last: dt.date | None, *, today: dt.date) -> Closures:
    """Return the shop's own closing; a single day may be either end.

    Raises Refused for days that are turned round, over or too many.
    """
    if first is None and last is None:
        return NEVER
    begins, ends = first or today, last or first or today
    if ends < begins:
        raise Refused(_("La fin de la fermeture suit le début."), field="closed_until")
    if ends < today:
        return NEVER
    if (ends - begins).days >= LONGEST_DAYS:
        raise Refused(
            _("Une fermeture dure trois mois au plus\u00a0: au-delà, changez vos horaires."),
            field="closed_until",
        )
    return Closures(closed_from=begins, closed_until=ends)
