"""Figures are medians, and a ratio compares runs of the same round."""

import json

import pytest

from infra.benches.table import Result

RESULT = Result(
    "provisioning",
    {"troovon": [0.020, 0.030, 0.025], "stock": [0.200, 0.600, 0.250]},
    "stock",
    {"spaces_before": 3},
)


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    # 0.1, 0.05 and 0.1: the medians alone would give 0.025 / 0.250.
    assert RESULT.ratios() == {"troovon": pytest.approx(0.1), "stock": 1.0}
    assert Result("b", {"a": [1, 9, 9], "p": [1, 1, 10]}, "p").ratios()["a"] == 1


def test_rounds_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Result("b", {"a": [1, 2], "p": [1]}, "p").ratios()


def test_the_last_line_is_for_programs() -> None:
    report = json.loads(RESULT.json())
    assert report["bench"] == "provisioning"
    assert report["rounds"] == 3
    assert report["median_seconds"]["troovon"] == 0.025
    assert report["spaces_before"] == 3


def test_the_table_names_each_competitor_with_its_figures() -> None:
    lines = RESULT.table().splitlines()
    assert lines[0] == "bench provisioning"
    assert [line.split()[0] for line in lines[2:4]] == ["troovon", "stock"]
    assert "25.00" in lines[2]


def test_cpu_stands_beside_the_ratio_where_a_bench_measures_it() -> None:
    computed = {"troovon": [0.009, 0.011, 0.010], "stock": [0.1, 0.1, 0.2]}
    measured = Result("request", RESULT.seconds, "stock", cpu_seconds=computed)
    assert json.loads(measured.json())["cpu_milliseconds"] == {"troovon": 10.0, "stock": 100.0}
    lines = measured.table().splitlines()
    assert lines[1].endswith("x stock  cpu ms")
    assert lines[2].split()[-2:] == ["0.100", "10.00"]
    assert "cpu" not in RESULT.table() + RESULT.json()
