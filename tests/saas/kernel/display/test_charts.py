"""Small charts show their values."""

import pytest

from saas.kernel.display.charts import FLOOR, Month, coin, months, spark
from saas.kernel.display.drawing import Amount, at


def test_the_two_budgets_of_a_month_stand_on_each_other() -> None:
    chart = months([Month("oct.", 90000, 20600), Month("nov.", 106000, 24508)])
    assert chart
    november = chart.bars[1]
    top = float(november.first_y)
    assert float(november.first_y) + float(november.first_height) == pytest.approx(FLOOR, abs=0.1)
    assert float(november.second_y) + float(november.second_height) == pytest.approx(
        top - 2, abs=0.2
    )
    assert chart.last.cents == 130508


def test_lines_stand_at_round_amounts_and_hold_the_highest_bar() -> None:
    chart = months([Month("nov.", 130508, 0)])
    assert chart
    assert [tick.euros for tick in chart.ticks] == [0, 400, 800, 1200, 1600]


def test_a_month_of_refunds_stands_empty_and_without_money_there_is_no_chart() -> None:
    chart = months([Month("oct.", -500, 0), Month("nov.", 1000, 0)])
    assert chart
    assert chart.bars[0].first_height == "0"
    assert months([]) is months([Month("nov.", 0, 0)]) is None


def test_the_last_amount_is_written_above_the_bars_that_it_covers() -> None:
    chart = months([Month("sept.", 0, 0), Month("oct.", 31000, 0), Month("nov.", 26000, 0)])
    assert chart
    assert float(chart.top_y) < float(chart.bars[1].first_y)


def test_a_line_with_a_course_ends_at_its_highest_point() -> None:
    line = spark([210, 1305])
    assert line
    assert (line.x, line.y) == ("236", "8")
    assert [spark(values) for values in ([], [5], [0, 0])] == [None] * 3


def test_a_euro_is_cut_without_a_gap() -> None:
    slices = coin([Amount("CSE", 33), Amount("Troovon", 50), Amount("TVA", 17)])
    assert [piece.x for piece in slices] == ["0", "33", "83"]
    assert [piece.width for piece in slices] == ["33", "50", "17"]
    assert coin([]) == ()


@pytest.mark.parametrize(("value", "written"), [(12.0, "12"), (12.34, "12.3"), (-0.01, "0")])
def test_coordinates_are_written_with_a_point(value: float, written: str) -> None:
    assert at(value) == written
