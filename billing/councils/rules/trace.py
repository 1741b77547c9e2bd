"""How an amount is followed into its parts: by day, by merchant, by council, to the cent."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from billing.models import Sale
from saas.kernel.money import BASIS, allocate
from saas.kernel.values import workdays


class Period(NamedTuple):
    """Consecutive days and their revenue."""

    first: dt.date
    last: dt.date
    cents: int


class DayRow(NamedTuple):
    """A day of a flight: its revenue before VAT, its views and its clicks."""

    day: dt.date
    space_name: str
    slot_words: str
    net_cents: int
    views: int | None
    clicks: int | None


class BankRow(NamedTuple):
    """A payment to a bank, and how much of the followed money is in it."""

    stripe_id: str
    state: str
    state_words: str
    arrives_on: dt.date | None
    cents: int


class ShareTrace(NamedTuple):
    """A council's part of a sale, from the terms to its bank."""

    reference: str
    council_reference: str
    council_name: str
    space_name: str
    state_words: str
    rate_bp: int
    terms_version: int
    weight: int
    weight_total: int
    net_cents: int
    earned_cents: int
    remaining_cents: int
    netted_cents: int
    sent_cents: int
    back_cents: int
    transfer: str
    sent_at: dt.datetime | None
    release_at: dt.datetime
    banks: list[BankRow]

    @property
    def taken_cents(self) -> int:
        """Cents that refunds and disputes took off the share."""
        return self.earned_cents - self.remaining_cents

    @property
    def there_cents(self) -> int:
        """Cents on the council's Stripe account that have not left for its bank."""
        left = sum(row.cents for row in self.banks)
        return max(self.sent_cents - self.back_cents - left, 0)

    @property
    def waiting_cents(self) -> int:
        """Cents that have not been sent yet."""
        return max(self.remaining_cents - self.netted_cents - self.sent_cents, 0)


class Trace(NamedTuple):
    """The money of a single sale, from payment to bank; the parts add up to the amount paid."""

    sale: Sale
    order_reference: str
    headline: str
    campaign_reference: str
    merchant_name: str
    collected_cents: int
    vat_cents: int
    fee_cents: int
    refunded_cents: int
    lost_cents: int
    contested_cents: int
    charge: str
    days: list[DayRow]
    shares: list[ShareTrace]
    banks: list[BankRow]

    @property
    def shared_cents(self) -> int:
        """Cents that all councils keep of the sale."""
        return sum(share.remaining_cents for share in self.shares)

    @property
    def rest_cents(self) -> int:
        """Cents that stay with Troovon; below nothing where it bears the cost of a refund."""
        taken = self.vat_cents + self.fee_cents + self.refunded_cents + self.lost_cents
        return self.collected_cents - taken - self.contested_cents - self.shared_cents


def parted[K: (int, str)](total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Split an amount by weights; each part is within a cent of exact, and the sum is the amount.

    A negative amount is split like a positive amount. Without a positive weight, the result is
    empty.
    """
    whole = sum(weights.values())
    if whole <= 0:
        return {}
    size = abs(total)
    exact = {key: Fraction(size * weight, whole) for key, weight in weights.items()}
    found = allocate(size, exact, dict.fromkeys(exact, size))
    return {key: cents if total >= 0 else -cents for key, cents in found.items()}


def by_day(
    cents: int,
    first: dt.date,
    last: dt.date,
    *,
    weekend_bp: int,
    closed_days: Collection[dt.date] = (),
) -> dict[dt.date, int]:
    """Split a flight's revenue among its paid days; a weekend day has its own price."""
    every = [first + dt.timedelta(days=count) for count in range((last - first).days + 1)]
    days = [day for day in every if day not in closed_days] or every
    weights = {day.toordinal(): weekend_bp if workdays.is_weekend(day) else BASIS for day in days}
    parts = parted(cents, weights) or parted(cents, dict.fromkeys(weights, BASIS))
    return {day: parts[day.toordinal()] for day in days}


def periods_of(days: Mapping[dt.date, int], *, most: int) -> list[Period]:
    """Group days into at most `most` periods of nearly equal length, oldest first."""
    ordered = sorted(days)
    size = max(-(-len(ordered) // most), 1)
    groups = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    return [Period(group[0], group[-1], sum(days[day] for day in group)) for group in groups]


def added(parts: Iterable[Mapping[dt.date, int]]) -> dict[dt.date, int]:
    """Add the amounts of several flights, day by day."""
    sums: dict[dt.date, int] = {}
    for part in parts:
        for day, cents in part.items():
            sums[day] = sums.get(day, 0) + cents
    return sums


def named_first(amounts: Sequence[tuple[str, int]], *, most: int) -> list[tuple[str, int]]:
    """Return the largest amounts by name, and the sum of the others under an empty name."""
    ordered = sorted(amounts, key=lambda one: (-one[1], one[0]))
    if len(ordered) <= most + 1:
        return ordered
    return [*ordered[:most], ("", sum(cents for _name, cents in ordered[most:]))]
