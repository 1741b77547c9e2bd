"""Councils' dues of a sale, computed from the contract without the product's code."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

WHOLE = 10_000


class Member(NamedTuple):
    """A council of a space as the drill seated it."""

    council: int
    weight: int
    rate_bp: int


def rounded(exact: Fraction) -> int:
    """Round to the nearest cent, halves up; for amounts that are not negative."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def remaining_net(net: int, gross: int, returned: int) -> int:
    """Return the remaining net amount after a refund of a part of the gross."""
    return net - rounded(Fraction(net * returned, gross))


def exact(
    nets: Mapping[int, int],
    members: Mapping[int, Sequence[Member]],
    net_left: int,
    *,
    refused: Mapping[int, Fraction] | None = None,
) -> dict[int, Fraction]:
    """Return each council's exact part, a fraction of cents; `nets` are the net cents by space.

    `refused` are the refunds before tax caused by the refusal of a space's council.
    """
    parts = dict[int, Fraction]()
    for space, brought in net_of_spaces(nets, net_left, refused or {}).items():
        people = sum(member.weight for member in members.get(space, ()))
        for member in members.get(space, ()):
            part = brought * member.weight * member.rate_bp / (people * WHOLE)
            parts[member.council] = parts.get(member.council, Fraction(0)) + part
    return parts


def net_of_spaces(
    nets: Mapping[int, int], net_left: int, refused: Mapping[int, Fraction]
) -> dict[int, Fraction]:
    """Return the remaining net amount of each space.

    All spaces bear refunds in proportion, except those for a refusal: its own space bears them up
    to its amount, and the other spaces bear the rest.
    """
    sold, gone = sum(nets.values()), sum(refused.values(), Fraction(0))
    own = {
        space: Fraction(net, sold) * (net_left + gone) - refused.get(space, 0)
        for space, net in nets.items()
    }
    there = {space: cents for space, cents in own.items() if cents > 0}
    scale = Fraction(net_left) / sum(there.values(), Fraction(0)) if there else Fraction(0)
    return {space: there.get(space, Fraction(0)) * scale for space in nets}


def split(parts: Mapping[int, Fraction]) -> dict[int, int]:
    """Round an untouched sale: all down first, then a cent each to the largest remainders."""
    cents = {council: part.numerator // part.denominator for council, part in parts.items()}
    left = rounded(sum(parts.values(), Fraction(0))) - sum(cents.values())
    by_remainder = sorted(parts, key=lambda council: (cents[council] - parts[council], council))
    for council in by_remainder[:left]:
        cents[council] += 1
    return cents


def mismatch(
    cents: Mapping[int, int], parts: Mapping[int, Fraction], *, untouched: bool, refusals: int = 0
) -> str:
    """Return the fault in the shares of a sale, or an empty text.

    After a partial refund no share may have grown, so single cents may differ: the sum is exact,
    and each share is less than a cent below its exact part. A council with an extra cent keeps it
    if all others have their earlier shares: half a rounded cent, plus less than a cent of each of
    the others, is the maximum above. The refusal of a space rounds the sum of its own councils
    alone, and no other share changes: each moves the whole sum by half a cent at most.
    """
    whole, sum_cents = sum(parts.values(), Fraction(0)), sum(cents.values())
    is_exact = sum_cents == rounded(whole)
    if not is_exact and (not refusals or abs(sum_cents - whole) > Fraction(1 + refusals, 2)):
        return f"shares of {sum_cents}, not {rounded(whole)}"
    if untouched and dict(cents) != split(parts):
        return f"shares {dict(cents)}, not {split(parts)}"
    most = len(parts) - Fraction(1, 2)
    for council, part in parts.items():
        if not -1 < cents.get(council, 0) - part <= most:
            return f"council {council} has {cents.get(council, 0)}, not {float(part):.2f}"
    return ""


def split_again(parts: Mapping[int, Fraction], now: Mapping[int, int]) -> dict[int, int]:
    """Round a partly refunded sale cent by cent, without any share above its current amount."""
    cents = {council: min(int(part), now[council]) for council, part in parts.items()}
    total = min(rounded(sum(parts.values(), Fraction(0))), sum(now[council] for council in parts))
    while sum(cents.values()) < total:
        below = [council for council in cents if cents[council] < now[council]]
        cents[min(below, key=lambda council: (cents[council] - parts[council], council))] += 1
    return cents
