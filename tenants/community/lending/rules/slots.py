"""Time on the clock of a space: quarters of an hour, breaks, and the nights when the clock changes.

Moments are aware and in UTC; a day is a day of the space's zone, so it has 23, 24 or 25 hours.
Minutes and hours of a loan are those that pass; whole days keep the hour of the clock on the wall.
"""

import datetime as dt
from calendar import Calendar
from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saas.kernel.errors import Refused

QUARTER = dt.timedelta(minutes=15)
A_DAY = 24 * 60
AHEAD = dt.timedelta(days=90)
LAST_WORKDAY = 4
# The hours that a drawing of a day shows, and its width.
FIRST_HOUR, LAST_HOUR = dt.time(7), dt.time(20)
WHOLE = 1000
SEARCHED_DAYS = 7
DURATIONS: dict[int, Promise] = {
    15: gettext_lazy("15 min"),
    30: gettext_lazy("30 min"),
    60: gettext_lazy("1 h"),
    120: gettext_lazy("2 h"),
    240: gettext_lazy("4 h"),
    480: gettext_lazy("8 h"),
    A_DAY: gettext_lazy("1 jour"),
    2 * A_DAY: gettext_lazy("2 jours"),
    3 * A_DAY: gettext_lazy("3 jours"),
    7 * A_DAY: gettext_lazy("1 semaine"),
    14 * A_DAY: gettext_lazy("2 semaines"),
}
TWO_HOURS = 120
USUAL_LONGEST = 7 * A_DAY


class LoanSlot(NamedTuple):
    """A time at which a thing is lent, or could be."""

    starts_at: dt.datetime
    ends_at: dt.datetime


class Quarter(NamedTuple):
    """A quarter of an hour of a day's calendar: `state` is free, past, taken or own."""

    starts_at: dt.datetime
    state: str

    @property
    def value(self) -> str:
        """The moment as a form sends it."""
        return self.starts_at.isoformat()


class HourRow(NamedTuple):
    """An hour of a day's calendar with its quarters; the hour that comes twice has two rows."""

    starts_at: dt.datetime
    quarters: list[Quarter]


def midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """Return the moment at which a day begins."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def day_of(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """Return the day of a moment."""
    return moment.astimezone(zone).date()


def floor_quarter(moment: dt.datetime) -> dt.datetime:
    """Return the start of the quarter-hour that contains a moment."""
    plain = moment.astimezone(dt.UTC).replace(second=0, microsecond=0)
    return plain - dt.timedelta(minutes=plain.minute % 15)


def moment_of(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """Return the moment of a local time on a day; for a time that occurs twice, the first.

    Raises Refused for a time skipped by the change to summer time.
    """
    local = dt.datetime.combine(day, time, tzinfo=zone)
    moment = local.astimezone(dt.UTC)
    if moment.astimezone(zone).time() != time:
        raise Refused(
            _("Cette heure n’existe pas : cette nuit-là, on avance les montres d’une heure."),
            field="starts",
        )
    return moment


def end_of(starts_at: dt.datetime, minutes: int, zone: dt.tzinfo) -> dt.datetime:
    """Return when a loan ends that begins at a moment and lasts some minutes, or whole days."""
    days, rest = divmod(minutes, A_DAY)
    if rest or not days:
        return starts_at + dt.timedelta(minutes=minutes)
    local = starts_at.astimezone(zone)
    later = dt.datetime.combine(
        local.date() + dt.timedelta(days=days), local.time(), tzinfo=zone
    ).replace(fold=local.fold)
    return later.astimezone(dt.UTC)


def hour_from(starts_at: dt.datetime, *, longest_minutes: int) -> LoanSlot:
    """Return the hour that begins with a meeting, or less where a thing is lent for less."""
    return LoanSlot(starts_at, starts_at + dt.timedelta(minutes=min(60, longest_minutes)))


def slot_from_now(
    taken: Sequence[LoanSlot], *, longest_minutes: int, at: dt.datetime
) -> LoanSlot | None:
    """Return the slot from now to the next loan, two hours at most; None if less than 15 min."""
    begin = floor_quarter(at)
    end = begin + dt.timedelta(minutes=min(longest_minutes, TWO_HOURS))
    for slot in taken:
        if slot.ends_at > begin:
            end = min(end, max(slot.starts_at, begin))
    return LoanSlot(begin, end) if end - at >= QUARTER or end - begin >= 2 * QUARTER else None


def check_slot(slot: LoanSlot, *, longest_minutes: int, zone: dt.tzinfo, at: dt.datetime) -> None:
    """Raise Refused for a slot in the past, too far ahead, too short, too long, or off the grid.

    The grid is the quarter-hour.
    """
    if slot.ends_at - slot.starts_at < QUARTER:
        raise Refused(_("Un prêt dure au moins quinze minutes."), field="ends")
    if slot.starts_at != floor_quarter(slot.starts_at) or slot.ends_at != floor_quarter(
        slot.ends_at
    ):
        raise Refused(_("Choisissez un quart d’heure : 12 h 00, 12 h 15…"), field="starts")
    if slot.starts_at < floor_quarter(at) or slot.ends_at <= at:
        raise Refused(_("Ce moment est passé : choisissez un créneau à venir."), field="starts")
    if slot.starts_at > at + AHEAD:
        raise Refused(_("On réserve jusqu’à trois mois à l’avance."), field="starts")
    if slot.ends_at > end_of(slot.starts_at, longest_minutes, zone):
        raise Refused(
            _("Cet objet se prête au plus %(duration)s.") % {"duration": in_words(longest_minutes)},
            field="minutes",
        )


def in_words(minutes: int) -> str:
    """Write a length of time."""
    if minutes in DURATIONS:
        return str(DURATIONS[minutes])
    days, rest = divmod(minutes, A_DAY)
    if days and not rest:
        return _("%(count)d jours") % {"count": days}
    hours, minutes = divmod(minutes, 60)
    return f"{hours}\u00a0h\u00a0{minutes:02d}" if hours else f"{minutes}\u00a0min"


def durations_up_to(longest_minutes: int) -> list[tuple[int, str]]:
    """List the lengths that may be chosen, the shortest first."""
    listed = [(minutes, str(words)) for minutes, words in DURATIONS.items()]
    return [one for one in listed if one[0] <= longest_minutes]


def break_slot(
    starts: dt.time | None, ends: dt.time | None, *, zone: dt.tzinfo, at: dt.datetime
) -> LoanSlot | None:
    """Return the rest of today's break, else the next workday's break, if the site has breaks."""
    if starts is None or ends is None or starts >= ends:
        return None
    today = day_of(at, zone)
    for ahead in range(SEARCHED_DAYS):
        day = today + dt.timedelta(days=ahead)
        if day.weekday() > LAST_WORKDAY:
            continue
        slot = _of_day(day, starts, ends, zone=zone, at=at)
        if slot is not None:
            return slot
    return None


def _of_day(
    day: dt.date, starts: dt.time, ends: dt.time, *, zone: dt.tzinfo, at: dt.datetime
) -> LoanSlot | None:
    try:
        first, last = moment_of(day, starts, zone), moment_of(day, ends, zone)
    except Refused:  # the clock change skips this break
        return None
    begin = max(_ceil_quarter(first), floor_quarter(at))
    slot = LoanSlot(begin, floor_quarter(last))
    return slot if slot.ends_at - max(begin, at) >= QUARTER else None


def _ceil_quarter(moment: dt.datetime) -> dt.datetime:
    floor = floor_quarter(moment)
    return floor if floor == moment else floor + QUARTER


def calendar(
    day: dt.date,
    taken: Sequence[LoanSlot],
    own: Sequence[LoanSlot],
    *,
    zone: dt.tzinfo,
    at: dt.datetime,
) -> list[HourRow]:
    """Draw a day in quarters of an hour, as many as it has by the clock of the space."""
    moment, end = midnight(day, zone), midnight(day + dt.timedelta(days=1), zone)
    rows: list[HourRow] = []
    while moment < end:
        quarter = Quarter(moment, _state_of(moment, taken, own, at=at))
        hour = moment.astimezone(zone)
        if not rows or _clock_hour(rows[-1].starts_at, zone) != (hour.hour, hour.utcoffset()):
            rows.append(HourRow(moment, []))
        rows[-1].quarters.append(quarter)
        moment += QUARTER
    return rows


class Bar(NamedTuple):
    """A part of a day's drawing, in thousandths of its hours: `state` is taken or own."""

    x: int
    width: int
    state: str


class DayCell(NamedTuple):
    """A day of a month's drawing; a day without `is_open` is past or too far ahead."""

    date: dt.date
    is_open: bool
    state: str
    bars: list[Bar]


class _Drawn(TypedDict):
    bars: list[Bar]
    state: str


def bars(
    day: dt.date, taken: Sequence[LoanSlot], own: Sequence[LoanSlot], *, zone: dt.tzinfo
) -> list[Bar]:
    """Draw the taken and the own parts of a day, from its first to its last hour."""
    shown = drawn_hours(day, zone)
    return [
        bar
        for state, spans in (("taken", taken), ("own", own))
        for span in sorted(spans)
        if (bar := _bar(span, state, shown)) is not None
    ]


def drawn_hours(day: dt.date, zone: dt.tzinfo) -> LoanSlot:
    """Return the time that a drawing of a day shows."""
    return LoanSlot(moment_of(day, FIRST_HOUR, zone), moment_of(day, LAST_HOUR, zone))


def _bar(span: LoanSlot, state: str, shown: LoanSlot) -> Bar | None:
    begin, end = shown
    first, last = max(span.starts_at, begin), min(span.ends_at, end)
    if last <= first:
        return None
    whole = end - begin
    x = round((first - begin) / whole * WHOLE)
    return Bar(x, max(round((last - begin) / whole * WHOLE) - x, 1), state)


def month(
    day: dt.date,
    taken: Sequence[LoanSlot],
    own: Sequence[LoanSlot],
    *,
    zone: dt.tzinfo,
    at: dt.datetime,
) -> list[list[DayCell]]:
    """Draw the weeks of a day's month, from Monday to Sunday, each day with its bars."""
    today = day_of(at, zone)
    last = day_of(at + AHEAD, zone)
    return [
        [
            DayCell(one, is_open=True, **_drawn(bars(one, taken, own, zone=zone)))
            if today <= one <= last
            else DayCell(one, is_open=False, **_drawn([]))
            for one in week
        ]
        for week in Calendar().monthdatescalendar(day.year, day.month)
    ]


def _drawn(drawn: list[Bar]) -> _Drawn:
    covered = sum(bar.width for bar in drawn)
    return {
        "bars": drawn,
        "state": "free" if not drawn else "full" if covered >= WHOLE else "partly",
    }


def _clock_hour(moment: dt.datetime, zone: dt.tzinfo) -> tuple[int, dt.timedelta | None]:
    local = moment.astimezone(zone)
    return local.hour, local.utcoffset()


def _state_of(
    moment: dt.datetime, taken: Sequence[LoanSlot], own: Sequence[LoanSlot], *, at: dt.datetime
) -> str:
    if any(slot.starts_at <= moment < slot.ends_at for slot in own):
        return "own"
    if any(slot.starts_at <= moment < slot.ends_at for slot in taken):
        return "taken"
    return "past" if moment + QUARTER <= at else "free"


def remind_at(slot: LoanSlot) -> dt.datetime | None:
    """Return when a borrower is reminded of the return: not within a loan of half an hour."""
    length = slot.ends_at - slot.starts_at
    if length <= 2 * QUARTER:
        return None
    before = dt.timedelta(hours=3) if length >= dt.timedelta(days=1) else QUARTER
    return slot.ends_at - before
