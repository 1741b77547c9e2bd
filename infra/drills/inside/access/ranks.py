"""A rank test of pairs of numbers measured at the same time: whether a side is larger."""

import itertools
import math
from collections.abc import Iterable


def p_value(pairs: Iterable[tuple[float, float]]) -> float:
    """Return the probability of such differences by chance (Wilcoxon's signed ranks, two-sided).

    Varying load affects both values of a pair, so only their difference counts.
    """
    differences = sorted((other - one for one, other in pairs if other != one), key=abs)
    larger, ties, place = 0.0, 0, 0
    for _size, same in itertools.groupby(differences, key=abs):
        group = list(same)
        larger += sum(one > 0 for one in group) * (place + (len(group) + 1) / 2)
        ties += len(group) ** 3 - len(group)
        place += len(group)
    spread = place * (place + 1) * (2 * place + 1) / 24 - ties / 48
    apart = abs(larger - place * (place + 1) / 4)
    return math.erfc(max(apart - 0.5, 0) / math.sqrt(2 * spread)) if spread > 0 else 1.0
