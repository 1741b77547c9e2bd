"""An amount followed into its parts adds up, whatever it is parted by."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from billing.councils.rules import trace
from billing.councils.rules.trace import Period

MONDAY = dt.date(2026, 11, 23)
SATURDAY = dt.date(2026, 11, 28)


@given(
    st.integers(-(10**9), 10**9),
    st.dictionaries(st.integers(0, 99), st.integers(0, 10**6), min_size=1),
)
def test_parts_add_up_to_the_cent_and_each_is_within_one_of_its_exact_part(
    total: int, weights: dict[int, int]
) -> None:
    parts = trace.parted(total, weights)
    whole = sum(weights.values())
    if not whole:
        assert parts == {}
        return
    assert sum(parts.values()) == total
    assert all(abs(parts[key] * whole - total * weights[key]) < whole for key in weights)


def test_only_weight_has_the_whole_amount() -> None:
    assert trace.parted(5, {"a": 1}) == {"a": 5}
    assert trace.parted(-5, {"a": 1, "b": 0}) == {"a": -5, "b": 0}


def test_a_weekend_day_has_its_own_price() -> None:
    parts = trace.by_day(2_500, SATURDAY - dt.timedelta(days=1), SATURDAY, weekend_bp=15_000)
    assert list(parts.values()) == [1_000, 1_500]


def test_a_flight_of_weekends_that_cost_nothing_is_parted_evenly() -> None:
    parts = trace.by_day(101, SATURDAY, SATURDAY + dt.timedelta(days=1), weekend_bp=0)
    assert sorted(parts.values()) == [50, 51]


def test_days_are_gathered_into_few_periods_of_nearly_one_length() -> None:
    days = {MONDAY + dt.timedelta(days=count): 10 for count in range(10)}
    found = trace.periods_of(days, most=4)
    assert found == [
        Period(MONDAY, MONDAY + dt.timedelta(days=2), 30),
        Period(MONDAY + dt.timedelta(days=3), MONDAY + dt.timedelta(days=5), 30),
        Period(MONDAY + dt.timedelta(days=6), MONDAY + dt.timedelta(days=8), 30),
        Period(MONDAY + dt.timedelta(days=9), MONDAY + dt.timedelta(days=9), 10),
    ]
    assert trace.periods_of({}, most=4) == []
    two = {MONDAY: 1, SATURDAY: 2}
    assert [period.cents for period in trace.periods_of(two, most=4)] == [1, 2]


def test_the_largest_are_named_and_the_others_are_added() -> None:
    amounts = [("a", 1), ("c", 9), ("b", 9), ("d", 2)]
    assert trace.named_first(amounts, most=2) == [("b", 9), ("c", 9), ("", 3)]
    assert trace.named_first(amounts, most=3) == [("b", 9), ("c", 9), ("d", 2), ("a", 1)]


def test_days_of_several_flights_are_added() -> None:
    assert trace.added([{MONDAY: 1}, {MONDAY: 2, SATURDAY: 3}]) == {MONDAY: 3, SATURDAY: 3}
