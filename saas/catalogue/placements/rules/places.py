"""Places on the screens and on the shelf of a space: their number, and their free periods."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, NoReturn

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import PartOfDay, Slot, slots
from saas.catalogue.placements.rules.campaigns import FARTHEST_DAYS
from saas.catalogue.placements.rules.prices import Line, Period
from saas.kernel.display.writing import elided, shortdate
from saas.kernel.errors import Refused

# While a page of payment is open, and while a bank thinks about a debit.
HELD, HELD_FOR_BANK = dt.timedelta(hours=25), dt.timedelta(days=15)
# A monthly campaign gets its next month as soon as Stripe has collected it.
RENEWED_WITHIN = dt.timedelta(days=3)
# Open spaces report their inventory each hour.
COUNTED_WITHIN = dt.timedelta(days=1)
A_DAY = dt.timedelta(days=1)
FOR_EVER = dt.date(9999, 1, 1)
HOURS: dict[str, tuple[int, int]] = {
    PartOfDay.ALL: (0, 24),
    PartOfDay.MORNING: (7, 11),
    PartOfDay.NOON: (11, 14),
    PartOfDay.AFTERNOON: (14, 19),
}


class Booked(NamedTuple):
    """Taken place in a space; a monthly place is taken until the campaign ends."""

    tenant_id: int
    slot: str
    period: Period
    day_part: str


class Occupancy(NamedTuple):
    """Taken places, and the total number of places of each slot of each space.

    Dark screens and an empty shelf have no total. Also the number of lit screens of each space, the
    day parts when all its screens sleep, and the slots of rooms that it has switched off.
    """

    booked: Sequence[Booked]
    most: Mapping[tuple[int, str], int]
    lit: Mapping[int, int] = {}
    unshown: Collection[tuple[int, str]] = frozenset()
    closed: Collection[tuple[int, str]] = frozenset()

    def taken(self, tenant_id: int, slot: str, day_part: str) -> list[Period]:
        """Return when places are taken that share an hour with a part of the day."""
        return [
            one.period
            for one in self.booked
            if (one.tenant_id, one.slot) == (tenant_id, slot) and overlap(one.day_part, day_part)
        ]


NOTHING_TAKEN = Occupancy((), {})


class PlayTotal(NamedTuple):
    """How often a flight was played on a screen on a day, as its space counted it."""

    flight_reference: str
    day: dt.date
    screen_reference: str
    screen_name: str
    plays: int
    seconds: int


def limited(lines: Iterable[Line]) -> list[Line]:
    """Return the lines in slots with a limited number of places."""
    return [line for line in lines if line.slot in slots.limited()]


def closable(lines: Iterable[Line]) -> list[Line]:
    """Return the lines in slots that a space may lack: their room may be off, or they are full."""
    return [line for line in lines if line.slot in slots.closable()]


def check_free(lines: Iterable[Line], occupancy: Occupancy) -> None:
    """Raise Refused for all lines without a lit screen, a shelf, a room or a free place, at once.

    Each sentence names the space, and the nearest choice that works.
    """
    refusals: list[Refused] = []
    for line in closable(lines):
        try:
            _check_line(line, occupancy)
        except Refused as refusal:
            refusals.append(refusal)
    if refusals:
        sentences = dict.fromkeys(refusal.sentence for refusal in refusals)
        raise Refused(" ".join(sentences), field=refusals[0].field)


def _check_line(line: Line, occupancy: Occupancy) -> None:
    place = (line.tenant_id, line.slot)
    is_limited = slots.SLOTS[line.slot].places is not None
    most = occupancy.most.get(place, 0)
    if place in occupancy.closed or (is_limited and not most):
        _refuse_where_nothing_is_sold(line)
    if not is_limited:
        return
    _check_screens(line, occupancy)
    taken = occupancy.taken(line.tenant_id, line.slot, line.day_part)
    wanted = Period(line.period.starts_on, FOR_EVER) if line.monthly else line.period
    full = first_full_day(wanted, taken, most)
    if full is not None:
        _refuse_full_days(line, full, next_free(wanted, taken, most))


def check_nothing_paid(booked: Collection[Booked]) -> None:
    """Raise Refused, with the last day, if paid placements remain in the slot to give up."""
    last = max((one.period.ends_on for one in booked), default=None)
    if last == FOR_EVER:
        raise Refused(
            _(
                "Une annonce y est payée chaque mois\u00a0: la rubrique reste allumée tant qu’elle "
                "court. Votre CSE peut la refuser\u202f; le commerçant est alors remboursé."
            )
        )
    if last is not None:
        raise Refused(
            _(
                "Une annonce y est payée jusqu’au %(day)s\u00a0: éteignez la rubrique ensuite. "
                "Votre CSE peut aussi la refuser\u202f; le commerçant est alors remboursé."
            )
            % {"day": shortdate(last)}
        )


def is_sold_out(wanted: Iterable[Booked], occupancy: Occupancy) -> bool:
    """Return True if on some day of a paid campaign all its places are taken by others.

    Dark screens and an empty shelf do not count: paid days there are refunded anyway.
    """
    return any(
        first_full_day(
            one.period,
            occupancy.taken(one.tenant_id, one.slot, one.day_part),
            occupancy.most[one.tenant_id, one.slot],
        )
        for one in wanted
        if (one.tenant_id, one.slot) in occupancy.most
    )


def _refuse_where_nothing_is_sold(line: Line) -> NoReturn:
    if line.slot == Slot.SHELF:
        raise Refused(
            _(
                "La médiathèque %(of_space)s n’a pas de place à offrir\u00a0: choisissez un autre "
                "emplacement."
            )
            % {"of_space": elided(line.space, "de")},
            field="slots",
        )
    if line.slot == Slot.KIOSK:
        raise Refused(
            _(
                "%(space)s n’a pas d’écran allumé en ce moment\u00a0: choisissez un autre "
                "emplacement."
            )
            % {"space": line.space},
            field="slots",
        )
    raise Refused(
        _("%(space)s n’a pas «\u00a0%(slot)s\u00a0»\u00a0: choisissez un autre emplacement.")
        % {"space": line.space, "slot": slots.name_of(line.slot)},
        field="slots",
    )


def _check_screens(line: Line, occupancy: Occupancy) -> None:
    """Raise Refused for hours with all screens asleep, or for more screens than are lit."""
    words = {"of_space": elided(line.space, "de")}
    if line.is_on_screens and (line.tenant_id, line.day_part) in occupancy.unshown:
        raise Refused(
            _(
                "Les écrans %(of_space)s dorment à cette heure\u00a0: choisissez un autre moment "
                "de la journée."
            )
            % words,
            field="day_part",
        )
    if line.screens > occupancy.lit.get(line.tenant_id, 0):
        raise Refused(
            _(
                "Un écran %(of_space)s s’est éteint\u00a0: enregistrez de nouveau cette campagne, "
                "son prix baisse."
            )
            % words,
            field="slots",
        )


def _refuse_full_days(line: Line, full: dt.date, free: Period | None) -> NoReturn:
    words = {"of_space": elided(line.space, "de"), "day": shortdate(full)}
    is_shelf = line.slot == Slot.SHELF
    begin = (
        _("La médiathèque %(of_space)s est complète le %(day)s")
        if is_shelf
        else _("Les écrans %(of_space)s sont complets le %(day)s")
    ) % words
    if free is None:
        end = (
            _("et pour longtemps\u00a0: choisissez un autre emplacement.")
            if is_shelf
            else _(
                "et pour longtemps\u00a0: choisissez un autre moment de la journée ou un autre "
                "emplacement."
            )
        )
        raise Refused(f"{begin}, {end}", field="slots")
    days = {"first": shortdate(free.starts_on), "last": shortdate(free.ends_on)}
    if line.monthly:
        end = _("une place se libère chaque mois à partir du %(first)s.") % days
    else:
        end = _("les prochaines dates libres vont du %(first)s au %(last)s.") % days
    raise Refused(_("%(begin)s\u00a0: %(end)s") % {"begin": begin, "end": end}, field="slots")


def first_full_day(wanted: Period, taken: Sequence[Period], most: int) -> dt.date | None:
    """Return the first day of a period with all places taken, or None.

    The number of taken places only rises when a booking begins: so only those days are checked.
    """
    begins = {max(wanted.starts_on, one.starts_on) for one in taken} | {wanted.starts_on}
    for day in sorted(day for day in begins if day <= wanted.ends_on):
        if sum(one.starts_on <= day <= one.ends_on for one in taken) >= most:
            return day
    return None


def least_free(lines: Iterable[Line], occupancy: Occupancy) -> int | None:
    """Return the free places on the fullest day of some lines; None if they are unlimited."""
    left = []
    for line in limited(lines):
        taken = occupancy.taken(line.tenant_id, line.slot, line.day_part)
        ends_on = FOR_EVER if line.monthly else line.period.ends_on
        begins = {max(line.period.starts_on, one.starts_on) for one in taken}
        most_taken = max(
            (
                sum(one.starts_on <= day <= one.ends_on for one in taken)
                for day in begins
                if day <= ends_on
            ),
            default=0,
        )
        left.append(occupancy.most.get((line.tenant_id, line.slot), 0) - most_taken)
    return min(left, default=None)


def next_free(wanted: Period, taken: Sequence[Period], most: int) -> Period | None:
    """Return the next period of the same length with a free place on each day, or None."""
    last = wanted.starts_on + FARTHEST_DAYS * A_DAY
    ends = sorted({one.ends_on + A_DAY for one in taken if one.ends_on < last})
    for day in ends:
        if day > wanted.starts_on:
            until = FOR_EVER if wanted.ends_on == FOR_EVER else day + (wanted.days - 1) * A_DAY
            if first_full_day(Period(day, until), taken, most) is None:
                return Period(day, until)
    return None


def overlap(one: str, other: str) -> bool:
    """Return True if two parts of the day overlap."""
    return one == other or PartOfDay.ALL in {one, other}
