"""A rank test of numbers of two kinds, taken by turns: whether one heap gives both."""

import itertools
import math
from collections.abc import Sequence


def p_value(ones: Sequence[float], others: Sequence[float]) -> float:
    """Return how likely ranks so far apart are by chance (Mann-Whitney, both sides, with ties)."""
    first, second = len(ones), len(others)
    every = sorted([(number, True) for number in ones] + [(number, False) for number in others])
    ranks, ties, place = 0.0, 0, 0
    for _number, group in itertools.groupby(every, key=lambda pair: pair[0]):
        of_ones = [is_one for _same, is_one in group]
        size = len(of_ones)
        ranks += sum(of_ones) * (place + (size + 1) / 2)
        ties += size**3 - size
        place += size
    both = first + second
    apart = ranks - first * (first + 1) / 2 - first * second / 2
    spread = first * second / 12 * (both + 1 - ties / (both * (both - 1)))
    return math.erfc(max(abs(apart) - 0.5, 0) / math.sqrt(2 * spread)) if spread else 1.0
