"""Figures of a restored cluster are compared, and backups go in time."""

import pytest

from saas.commands.backups import figures, repository


@pytest.mark.parametrize(
    ("limits", "value", "differences"),
    [
        ([7, 7], 7, 0),
        ([7, 7], 6, 1),
        ([7, 7], None, 1),
        ([7, 9], 8, 0),
        ([9, 7], 8, 0),
        ([7, 9], 10, 1),
        ([None, 9], None, 0),
        (["ab", "ab"], "ab", 0),
        (["ab", "ab"], "cd", 1),
    ],
)
def test_figure_stands_between_its_bounds(
    limits: list[figures.Value | None], value: figures.Value | None, differences: int
) -> None:
    found = {} if value is None else {"public.billing_order": value}
    assert len(figures.differences({"public.billing_order": limits}, found)) == differences


@pytest.mark.parametrize("days", [1, 2, 3, 8, 14, 35, 90])
def test_no_backup_outlives_its_days(days: int) -> None:
    """Check that deleted rows expire: a day after a full backup, at the age of the next."""
    rhythm = repository.rhythm(days)
    assert rhythm.days_of_a_full <= 7
    assert rhythm.days_of_a_full + rhythm.retention + 1 <= max(days, 3)


def test_spaces_are_read_from_the_recorded_names() -> None:
    recorded = {"public.a": 1, "north.b": 2, "books bank EUR": 3, "archive x/y.zip": "ab"}
    assert figures.spaces_of(recorded) == ["north"]
