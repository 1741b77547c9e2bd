"""How far around the gates we look and how members are hidden."""

import datetime as dt
from decimal import Decimal

from saas.kernel.values.months import year_until
from tenants.community.neighbourhood import rules
from tenants.spaces.rules.walks import walking_minutes
from tests.factories.cells import cell_of

GATE = (47.39, 0.69)
DAY = dt.date(2026, 11, 25)


def test_the_cells_hold_everything_within_reach() -> None:
    cells = rules.cells_around([GATE])
    for north, east in ((0.0083, 0), (-0.0083, 0), (0, 0.0122), (0, -0.0122)):
        place = (GATE[0] + north, GATE[1] + east)
        assert walking_minutes(place, [GATE]) == rules.WITHIN_MINUTES
        assert cell_of(Decimal(f"{place[0]:.6f}"), Decimal(f"{place[1]:.6f}")) in cells
    assert len(cells) <= 20


def test_two_far_gates_do_not_bring_what_lies_between() -> None:
    cells = rules.cells_around([GATE, (48.39, 0.69)])

    assert cell_of(Decimal("47.890000"), Decimal("0.690000")) not in cells


def test_a_report_is_read_for_its_references_and_nothing_else() -> None:
    assert rules.references_in("FL-7VVUU4XK2,FL-WAJV73") == ["FL-7VVUU4XK2", "FL-WAJV73"]
    assert rules.references_in("\0,PA-7VVUU4,fl-7vvuu4,FL-7VVUU45,FL-7VVUU4XK2P") == []
    assert len(rules.references_in("FL-7VVUU4," * 50)) == rules.MOST_REPORTED


def test_a_member_is_hidden_by_the_key_of_the_day() -> None:
    assert rules.pseudonym(b"monday", 7) == rules.pseudonym(b"monday", 7)
    assert rules.pseudonym(b"monday", 7) != rules.pseudonym(b"tuesday", 7)
    assert rules.pseudonym(b"monday", 7) != rules.pseudonym(b"monday", 8)


def test_twelve_months_end_with_the_one_that_was_asked_for() -> None:
    months = year_until(dt.date(2026, 2, 1))

    assert (len(months), months[0], months[-1]) == (12, dt.date(2025, 3, 1), dt.date(2026, 2, 1))
