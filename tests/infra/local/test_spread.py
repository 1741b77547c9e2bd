"""Files that a single worker runs: alone, or all files that share a running demo."""

import argparse
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local import pytest_plugin
from infra.local.processes import ROOT
from infra.local.pytest_plugin import LONGEST, OF_CELLS, WITH_THE_DEMO, place_of, together

MARKS_OF_USE = ("whole_troovon: dict", 'usefixtures("whole_troovon")', "visitor: Arrive")


def test_file_stays_with_one_worker() -> None:
    assert together("tests/api/test_rides.py::test_a_ride[1::2]") == "tests/api/test_rides.py"


def test_files_that_share_the_demo_stay_with_one_worker() -> None:
    assert len({together(f"{path}::test_anything") for path in WITH_THE_DEMO}) == 1


def test_files_that_share_two_clusters_stay_with_one_worker() -> None:
    files = sorted((ROOT / OF_CELLS).glob("test_*.py"))
    assert len(files) > 1
    assert len({together(f"{path.relative_to(ROOT)}::test_it") for path in files}) == 1


def test_files_that_read_the_syntax_of_all_code_stay_with_one_worker() -> None:
    named = {together(f"tests/architecture/test_{name}.py::test_it") for name in ("wall", "use")}
    named.add(together("tests/security/test_code.py::test_nothing_runs_text"))
    assert len(named) == 1
    assert named != {together("tests/wall/test_plans.py::test_it")}


def test_longest_files_begin_and_weeks_pass_last_at_the_demo() -> None:
    assert not [path for path in LONGEST if not (ROOT / path).exists()]
    assert place_of("tests/journeys/test_ways.py::test_it") < place_of(
        "tests/journeys/test_main_job.py::test_it"
    )
    assert place_of(f"{LONGEST[0]}::test_it") == 0
    assert place_of("tests/api/test_rides.py::test_a_ride") == len(LONGEST)


def test_each_file_that_uses_the_demo_shares_it() -> None:
    using = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.name != "test_spread.py" and any(mark in path.read_text() for mark in MARKS_OF_USE)
    }
    assert using == set(WITH_THE_DEMO)


def test_plugins_that_read_the_line_early_see_that_workers_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.setenv(pytest_plugin.WITHOUT_PROOFS, "")
    monkeypatch.setattr(pytest_plugin, "_prepare", lambda: None)
    monkeypatch.setattr(pytest_plugin, "_workers", lambda: 3)
    options = argparse.Namespace(help=False, version=False, collectonly=False, markexpr="")
    config: Any = SimpleNamespace(known_args_namespace=options)
    words: list[str] = []
    next(pytest_plugin.pytest_load_initial_conftests(config, words))
    assert words[:2] == ["-n", "3"]
    assert options.numprocesses == 3
