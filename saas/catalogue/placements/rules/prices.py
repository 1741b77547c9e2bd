"""Prices of placements: per day, flight and month, and the lines that explain them."""

import datetime as dt
from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.catalogue.placements.models import PartOfDay, Price, slots
from saas.kernel.display.writing import eur, shortdate
from saas.kernel.money import BASIS, Cents, allocate, half_up, vat_on, vat_parts
from saas.kernel.values.months import in_month, months_later

MOST_DAY_CENTS, MOST_WEEKEND_BP = 1_000_000, 2 * BASIS
VAT_BP = 2000
A_HUNDRED = 100
SATURDAY = 5
# A month costs the same in every calendar month, so that each debit is the agreed amount.
MONTH_DAYS, MONTH_WEEKEND_DAYS = 30, 8
# A part of the day costs more than its share of hours: noon is in the highest demand.
PART_BP = {
    PartOfDay.ALL: BASIS,
    PartOfDay.MORNING: 4_000,
    PartOfDay.NOON: 5_000,
    PartOfDay.AFTERNOON: 4_000,
}


class Period(NamedTuple):
    """First and last day, both included."""

    starts_on: dt.date
    ends_on: dt.date

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def weekend_days(self) -> int:
        """How many of them are Saturdays and Sundays."""
        weeks, rest = divmod(max(self.days, 0), 7)
        first = self.starts_on.weekday()
        return 2 * weeks + sum((first + step) % 7 >= SATURDAY for step in range(rest))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.starts_on <= day <= self.ends_on

    def moved(self, days: int) -> "Period":
        """Return as many days, later."""
        later = dt.timedelta(days=days)
        return Period(self.starts_on + later, self.ends_on + later)


class OpenDays(NamedTuple):
    """How many days of a period are paid, and how many of them are Saturdays and Sundays."""

    days: int
    weekend_days: int


class NewPrice(NamedTuple):
    """An operator's price for a day in a slot."""

    slot: str
    day_cents: int
    day_per_hundred_cents: int
    weekend_bp: int


class OnScreens(NamedTuple):
    """Number of screens of a flight, and its part of the day."""

    screens: int
    day_part: str


class Limits(NamedTuple):
    """The least and the most that an order may cost before VAT."""

    least_net_cents: int
    most_net_cents: int | None


class Working(NamedTuple):
    """How the price of a flight is worked out, step by step."""

    base_cents: int
    units: int
    unit_cents: int
    weekend_cents: int
    days: int
    weekend_days: int

    @property
    def day_cents(self) -> int:
        """The price of a day of the week: the base, and an amount for each hundred or screen."""
        return self.base_cents + self.units * self.unit_cents

    @property
    def weekdays(self) -> int:
        """How many of the days are no Saturday and no Sunday."""
        return self.days - self.weekend_days

    @property
    def has_weekend_price(self) -> bool:
        """Return True if a Saturday has another price than a Monday."""
        return self.weekend_days > 0 and self.weekend_cents != self.day_cents

    @property
    def net_cents(self) -> int:
        """Cents for all of it."""
        return self.weekdays * self.day_cents + self.weekend_days * self.weekend_cents

    @property
    def words(self) -> str:
        """Write the sum: five days at a price, and two of the weekend at another."""
        if not self.has_weekend_price:
            values = {"days": self.days, "price": eur(self.day_cents)}
            return _("%(days)s\u00a0\u00d7\u00a0%(price)s") % values
        return _(
            "%(days)s\u00a0\u00d7\u00a0%(price)s + "
            "%(weekend)s\u00a0\u00d7\u00a0%(less)s le week-end"
        ) % {
            "days": self.weekdays,
            "price": eur(self.day_cents),
            "weekend": self.weekend_days,
            "less": eur(self.weekend_cents),
        }


class Line(NamedTuple):
    """Flight in a quote: its space, slot, period and price."""

    tenant_id: int
    schema_name: str
    space: str
    slot: str
    period: Period
    reach: int
    working: Working
    list_cents: int
    vat_bp: int = VAT_BP
    discount_cents: int = 0
    monthly: bool = False
    flight_id: int | None = None
    screens: int = 0
    day_part: str = PartOfDay.ALL
    closed_days: tuple[dt.date, ...] = ()

    @property
    def paid_days(self) -> int:
        """How many days are paid: without those on which the shop or the workplace is closed."""
        return self.period.days - len(self.closed_days)

    @property
    def closed_words(self) -> str:
        """Return a sentence on the closed days that are left out, or an empty string."""
        if not self.closed_days:
            return ""
        days = ", ".join(map(shortdate, self.closed_days))
        return _("Sans jour fermé, ni montré ni compté\u00a0: %(days)s") % {"days": days}

    @property
    def slot_name(self) -> str:
        """Return the slot's name in the active language; on screens with the part of the day."""
        return place_in_words(self.slot, self.day_part)

    @property
    def is_on_screens(self) -> bool:
        """Whether it is charged by the screen."""
        return slots.is_by_screen(self.slot)

    @property
    def net_cents(self) -> int:
        """Cents paid of it before VAT."""
        return self.list_cents - self.discount_cents

    @property
    def day_cents(self) -> int:
        """The price of a day of the week."""
        return self.working.day_cents

    @property
    def is_explained(self) -> bool:
        """Return True if the steps add up to the stored price."""
        return self.working.net_cents == self.list_cents

    @property
    def description(self) -> str:
        """The name of the line on an order and an invoice."""
        sum_ = f"{days_in_words(self.paid_days)}"
        if self.monthly:
            sum_ = _("un mois")
        if self.is_explained:
            sum_ = f"{sum_}, {self.working.words}"
        return _("%(space)s, %(slot)s, du %(first)s au %(last)s (%(days)s)") % {
            "space": self.space,
            "slot": self.slot_name,
            "first": shortdate(self.period.starts_on),
            "last": shortdate(self.period.ends_on),
            "days": sum_,
        }


class Quote(NamedTuple):
    """Price of a campaign, flight by flight, under a single version of the prices."""

    lines: tuple[Line, ...]
    price_list_version: int
    vat_bp: int = VAT_BP
    monthly: bool = False

    @property
    def list_cents(self) -> int:
        """The price of the list, before a discount and VAT."""
        return sum(line.list_cents for line in self.lines)

    @property
    def discount_cents(self) -> int:
        """Cents that a promotion takes off."""
        return sum(line.discount_cents for line in self.lines)

    @property
    def net_cents(self) -> int:
        """Cents to pay before VAT."""
        return sum(line.net_cents for line in self.lines)

    @property
    def vat_cents(self) -> int:
        """Return the tax on the sum of the lines, rounded once, as on the invoice (BR-CO-17)."""
        return vat_on(self.net_cents, self.vat_bp)

    @property
    def vat_parts(self) -> list[Cents]:
        """Each line's part of the tax."""
        return vat_parts((line.net_cents for line in self.lines), self.vat_bp)

    @property
    def gross_cents(self) -> int:
        """Cents to pay."""
        return self.net_cents + self.vat_cents

    def less(self, discount_cents: int) -> "Quote":
        """Take a discount off, spread over the lines by their price; no line goes below nothing."""
        total = self.list_cents
        taken = min(discount_cents, total)
        exact = {
            place: Fraction(taken * line.list_cents, total or 1)
            for place, line in enumerate(self.lines)
        }
        parts = allocate(taken, exact, {place: self.lines[place].list_cents for place in exact})
        lines = (
            line._replace(discount_cents=parts[place]) for place, line in enumerate(self.lines)
        )
        return self._replace(lines=tuple(lines))


def days_without(period: Period, closed_days: Collection[dt.date]) -> OpenDays:
    """Count the days of a period without the closed days in it."""
    closed = [day for day in closed_days if day in period]
    at_weekends = sum(day.weekday() >= SATURDAY for day in closed)
    return OpenDays(max(period.days, 0) - len(closed), period.weekend_days - at_weekends)


def vat_of(net_cents: int) -> Cents:
    """Return the French tax on an amount."""
    return vat_on(net_cents, VAT_BP)


def work_out(
    price: Price, units: int, *, days: int, weekend_days: int, part_bp: int = BASIS
) -> Working:
    """Return the steps to the price of some days in a slot; a Saturday is a part of a Monday."""
    base = half_up(Fraction(price.day_cents * part_bp, BASIS))
    each = half_up(Fraction(price.day_per_hundred_cents * part_bp, BASIS))
    weekend = half_up(Fraction((base + each * units) * price.weekend_bp, BASIS))
    return Working(
        base_cents=base,
        units=units,
        unit_cents=each,
        weekend_cents=weekend,
        days=days,
        weekend_days=weekend_days,
    )


def day_cents(price: Price, reach: int, *, on: OnScreens | None = None) -> Cents:
    """Return the price of a day of the week."""
    return Cents(_worked_out(price, reach, on, days=1, weekend_days=0).net_cents)


def work_out_flight(
    price: Price,
    reach: int,
    period: Period,
    *,
    monthly: bool,
    on: OnScreens | None = None,
    closed_days: Collection[dt.date] = (),
) -> Working:
    """Return the steps to a flight's price; a month is thirty days, eight of them at weekends.

    Screens are charged per screen and part of the day; other slots per hundred people. Closed days
    of the period cost nothing; a month has the same price with and without them.
    """
    open_days = days_without(period, closed_days)
    days = MONTH_DAYS if monthly else open_days.days
    weekend = MONTH_WEEKEND_DAYS if monthly else open_days.weekend_days
    return _worked_out(price, reach, on, days=days, weekend_days=weekend)


def _worked_out(
    price: Price, reach: int, on: OnScreens | None, *, days: int, weekend_days: int
) -> Working:
    if on is None or not slots.is_by_screen(price.slot):
        return work_out(price, _hundreds(reach), days=days, weekend_days=weekend_days)
    part_bp = PART_BP[PartOfDay(on.day_part)]
    return work_out(price, on.screens, days=days, weekend_days=weekend_days, part_bp=part_bp)


def month_from(day: dt.date, *, begun_on: int = 0) -> Period:
    """Return the month from a day: until the eve of the same day of the next month.

    If earlier months began on a later day than this short month has, `begun_on` is that day.
    """
    following = months_later(day)
    same_day = in_month(begun_on or day.day, following.year, following.month)
    return Period(day, same_day - dt.timedelta(days=1))


def month_after(last: Period) -> Period:
    """Return the following month, on the day of the month on which the first began, if it exists.

    Stripe collects in the same way: months begun on a 31st begin on the last day of each short
    month, and on the 31st again afterwards. Of two consecutive months at least a single month has
    that day.
    """
    follows = last.ends_on + dt.timedelta(days=1)
    begun_on = max(last.starts_on.day, follows.day)
    if follows != in_month(begun_on, follows.year, follows.month):
        return month_from(follows)
    return month_from(follows, begun_on=begun_on)


def _hundreds(reach: int) -> int:
    return -(-reach // A_HUNDRED)


def slot_in_words(slot: str) -> str:
    """Return a slot's name for use inside a line, without its capital."""
    name = slots.name_of(slot)
    return name[:1].lower() + name[1:]


def place_in_words(slot: str, day_part: str) -> str:
    """Return a slot's name for use inside a line, with the part of the day if bought."""
    if not slots.is_by_screen(slot) or day_part == PartOfDay.ALL:
        return slot_in_words(slot)
    part = str(PartOfDay(day_part).label)
    return f"{slot_in_words(slot)}, {part[:1].lower()}{part[1:]}"


def days_in_words(count: int) -> str:
    """Write a number of days."""
    return ngettext("%(count)s jour", "%(count)s jours", count) % {"count": count}
