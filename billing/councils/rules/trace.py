"""How an amount is followed into its parts: by day, by merchant, by council, to the cent."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from saas.kernel.money import BASIS, allocate

SATURDAY = 5


class Period(NamedTuple):
    """Some days in a row, and what they brought."""

    first: dt.date
    last: dt.date
    cents: int


def parted[K: (int, str)](total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Split an amount by weights, each within a cent of its exact part, all adding up.

    An amount below nothing is split like one above. Where nothing weighs, nothing is split.
    """
    whole = sum(weights.values())
    if whole <= 0:
        return {}
    size = abs(total)
    exact = {key: Fraction(size * weight, whole) for key, weight in weights.items()}
    found = allocate(size, exact, dict.fromkeys(exact, size))
    return {key: cents if total >= 0 else -cents for key, cents in found.items()}


def by_day(cents: int, first: dt.date, last: dt.date, *, weekend_bp: int) -> dict[dt.date, int]:
    """Part what a flight brought among its days; a weekend has its own price."""
    days = [first + dt.timedelta(days=count) for count in range((last - first).days + 1)]
    weights = {day.toordinal(): weekend_bp if day.weekday() >= SATURDAY else BASIS for day in days}
    parts = parted(cents, weights) or parted(cents, dict.fromkeys(weights, BASIS))
    return {day: parts[day.toordinal()] for day in days}


def periods_of(days: Mapping[dt.date, int], *, most: int) -> list[Period]:
    """Gather days into few periods of nearly one length, oldest first."""
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
    """Keep the largest amounts by name, and add the others under an empty one."""
    ordered = sorted(amounts, key=lambda one: (-one[1], one[0]))
    if len(ordered) <= most + 1:
        return ordered
    return [*ordered[:most], ("", sum(cents for _name, cents in ordered[most:]))]
