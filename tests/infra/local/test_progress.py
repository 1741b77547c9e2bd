import sys
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.progress import Progress
from infra.local.words import Trouble
from tests.fixtures.patience import PATIENCE


def writing(tmp_path: Path, program: str) -> processes.Child:
    return processes.start("it", [sys.executable, "-c", program], log=tmp_path / "it.log")


def test_a_step_is_reported_when_it_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("fr").step("Base de données", "Database"):
        assert capsys.readouterr().err == ""
    shown = capsys.readouterr()
    assert shown.err.startswith("  ✓ Base de données")
    assert shown.err.endswith(" s\n")
    assert shown.out == ""


def test_a_step_that_fails_has_no_tick(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Trouble), Progress("en").step("Base de données", "Database"):
        raise Trouble("Non.", "No.")
    assert capsys.readouterr().err.startswith("  ✗ Database")


def test_a_programs_own_progress_is_shown_without_its_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = writing(tmp_path, """print("spaces"); print('{"level": "info"}'); print("people")""")
    Progress("en").follow(child, seconds=PATIENCE)
    assert capsys.readouterr().err == "      spaces\n      people\n"


def test_following_a_program_that_fails_shows_how_it_ended(tmp_path: Path) -> None:
    child = writing(tmp_path, "raise SystemExit('no shop could be opened')")
    with pytest.raises(Trouble, match="no shop could be opened"):
        Progress("en").follow(child, seconds=PATIENCE)
