"""Times of two kinds are compared in pairs, so that other load does not count as a finding."""

import random

from infra.drills.inside.access import ranks


def test_slower_side_is_found_beside_load_that_comes_and_goes() -> None:
    chance = random.Random(3)  # noqa: S311 - the same load in every run
    load = [chance.choice([0.02, 0.5, 2.0]) for _ in range(24)]
    pairs = [(busy, busy + 0.2 + chance.gauss(0, 0.1)) for busy in load]
    assert ranks.p_value(pairs) < 0.001
    assert ranks.p_value([(other, one) for one, other in pairs]) < 0.001


def test_equal_sides_are_not_found_however_busy_the_machine_is() -> None:
    chance = random.Random(5)  # noqa: S311 - the same load in every run
    load = [chance.choice([0.02, 0.5, 2.0]) for _ in range(200)]
    pairs = [(busy + chance.gauss(0, 0.1), busy + chance.gauss(0, 0.1)) for busy in load]
    assert ranks.p_value(pairs) > 0.01
    assert ranks.p_value([(1.0, 1.0)] * 20) == 1
    assert ranks.p_value([]) == 1
