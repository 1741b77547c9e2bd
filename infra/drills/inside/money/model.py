"""Dues of councils of a sale, written once more from the contract and from nothing of ours."""

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
    """Return what is left before tax when a part of the gross has gone back."""
    return net - rounded(Fraction(net * returned, gross))


def exact(
    nets: Mapping[int, int],
    members: Mapping[int, Sequence[Member]],
    net_left: int,
    *,
    refused: Mapping[int, Fraction] | None = None,
) -> dict[int, Fraction]:
    """Return each council's part to the fraction of a cent; `nets` is what each space brought.

    `refused` is what went back before tax since a space's council refused the ad.
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
    """Return what is left of what each space brought.

    All that went back is borne by all in proportion, but a refusal: it is its own space's, as far
    as that has something left; what goes further is the others'.
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


def mismatch(cents: Mapping[int, int], parts: Mapping[int, Fraction], *, untouched: bool) -> str:
    """Say what is wrong with the shares of a sale, or nothing.

    After a part has gone back nobody may have gained, so that single cents lie elsewhere: their sum
    is exact, and nobody is a whole cent below their part. Somebody who had a cent more keeps it
    where everybody else has what they had: half a cent that was rounded, and less than one of each
    of the others, are the most that anybody can be above.
    """
    total = rounded(sum(parts.values(), Fraction(0)))
    if sum(cents.values()) != total:
        return f"shares of {sum(cents.values())}, not {total}"
    if untouched and dict(cents) != split(parts):
        return f"shares {dict(cents)}, not {split(parts)}"
    most = len(parts) - Fraction(1, 2)
    for council, part in parts.items():
        if not -1 < cents.get(council, 0) - part <= most:
            return f"council {council} has {cents.get(council, 0)}, not {float(part):.2f}"
    return ""


def split_again(parts: Mapping[int, Fraction], now: Mapping[int, int]) -> dict[int, int]:
    """Round a sale of which a part has gone back: cent by cent, and nobody above what they had."""
    cents = {council: min(int(part), now[council]) for council, part in parts.items()}
    total = min(rounded(sum(parts.values(), Fraction(0))), sum(now[council] for council in parts))
    while sum(cents.values()) < total:
        below = [council for council in cents if cents[council] < now[council]]
        cents[min(below, key=lambda council: (cents[council] - parts[council], council))] += 1
    return cents
