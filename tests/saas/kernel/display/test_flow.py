"""The drawing of a month's money adds up."""

import itertools
import re
from typing import Any

import pytest

from saas.kernel.display.drawing import Amount
from saas.kernel.display.flow import TALL, Flow, flow

SOURCES = [Amount("Maison Cazal", 116400), Amount("Ti’Zeste", 98400), Amount("17 autres", 176724)]
COLLECTED = Amount("Encaissé", 391524)
SHARE = Amount("Part du CSE", 130508)
COSTS = [Amount("Troovon", 189582), Amount("Frais", 6180), Amount("TVA", 65254)]
FATES = [Amount("Reversé", 109268), Amount("En retenue", 21240)]


def drawn(**changes: Any) -> Flow | None:
    values: dict[str, Any] = {"sources": SOURCES, "collected": COLLECTED, "share": SHARE}
    values |= {"costs": COSTS, "fates": FATES} | changes
    return flow(**values)


def november(**changes: Any) -> Flow:
    found = drawn(**changes)
    assert found
    return found


def height_of(path: str) -> float:
    """Read the height of a band where it ends."""
    match = re.search(r" (-?[\d.]+)V(-?[\d.]+)C", path)
    assert match
    return float(match[2]) - float(match[1])


def test_the_bands_that_leave_are_as_high_as_those_that_come() -> None:
    month = november()
    coming = [height_of(band.path) for band in month.ribbons[:3]]
    leaving = [height_of(band.path) for band in month.ribbons[3:7]]
    assert sum(coming) == pytest.approx(TALL, abs=0.5)
    assert sum(leaving) == pytest.approx(TALL, abs=0.5)


def test_every_amount_has_its_label() -> None:
    month = november()
    assert {label.amount.cents for label in month.labels} == {
        *(amount.cents for amount in (*SOURCES, COLLECTED, SHARE, *COSTS, *FATES))
    }


def test_labels_of_a_column_never_touch() -> None:
    many = [Amount(f"Commerce {number}", 100) for number in range(7)]
    month = november(sources=[*many, Amount("Autres", COLLECTED.cents - 700)])
    rows = sorted(float(label.y) for label in month.labels if label.x == "32")
    assert all(below - above >= 30 for above, below in itertools.pairwise(rows))


def test_a_fate_of_nothing_is_not_drawn() -> None:
    waiting = Amount("En attente de compte", SHARE.cents)
    month = november(fates=[Amount("Reversé", 0), waiting])
    assert [part.name for part in month.parts if part.nested] == ["En attente de compte"]


def test_a_thin_band_is_still_seen() -> None:
    month = november(sources=[Amount("Cazal", COLLECTED.cents - 1), Amount("Un centime", 1)])
    assert float(month.bars[1].height) == 1.5


@pytest.mark.parametrize("changed", ["sources", "costs", "fates"])
def test_figures_that_do_not_add_up_are_refused(changed: str) -> None:
    with pytest.raises(ValueError, match="cents beside"):
        drawn(**{changed: [Amount("Trop", 1)]})


def test_nothing_is_drawn_where_nothing_came_in_or_a_sale_was_given_back() -> None:
    nothing, back = Amount("Rien", 0), Amount("Avoir", -100)
    assert drawn(sources=[], collected=nothing, share=nothing, costs=[], fates=[]) is None
    assert drawn(sources=[Amount("Cazal", COLLECTED.cents + 100), back]) is None
