"""`troovon manage`: Django's commands on the running demo, and a message without a demo."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import cli, datadir, manage
from infra.local.words import Trouble
from tests.fixtures.patience import PATIENCE
from tests.fixtures.programs import run_program


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a shell with the settings of another installation."""
    return run_program(
        [sys.executable, "-m", "infra.local.cli", "manage", *words],
        env={**os.environ, "DATABASE_URL": "postgresql://other@127.0.0.1:1/other", "LANG": "en"},
        most_seconds=10 * PATIENCE,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder that a stopped demo has left."""
    (tmp_path / "lock").touch()
    (tmp_path / datadir.DESCRIPTION).write_text('{"settings": {"SECRET_KEY": "of yesterday"}}')
    return tmp_path


@pytest.fixture
def held(folder: Path) -> Iterator[Path]:
    """The same folder while a demo holds it."""
    with (folder / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def test_code_alone_is_asked_without_a_demo(tmp_path: Path) -> None:
    done = run("makemigrations", "--check", "--dry-run", "--data-dir", tmp_path / "none")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "No changes detected", "")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", [["words"], ["help"], ["shell", "--help"], ["test"], ["migrate"]])
def test_command_without_database_reaches_nothing(words: list[str], folder: Path) -> None:
    found = manage.environment_for(words, data_dir=folder)
    assert found["DATABASE_URL"] == "postgresql://troovon_app@127.0.0.1:1/troovon"
    assert found["SECRET_KEY"] != "of yesterday"
    assert "DATABASE_OWNER_URL" not in found


def test_command_of_the_whole_database_is_given_the_owner(held: Path) -> None:
    kinds = {
        words: manage.environment_for([words], data_dir=held)["TROOVON_PROCESS"]
        for words in ("shell", "tick", "makemigrations", "prepare")
    }
    demo = dict.fromkeys(("shell", "tick", "makemigrations"), "demo")
    assert kinds == demo | {"prepare": "manage"}


def test_stopped_demo_is_answered_with_the_command_that_starts_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["manage", "--data-dir", str(folder), "tick"]
    assert cli.main([*words, "--lang", "en"]) == 1
    output = capsys.readouterr().err.strip()
    assert output.startswith(f"No demo is running in {folder}")
    assert f"`uv run troovon demo --data-dir {folder}`" in output
    assert cli.main([*words, "--lang", "fr"]) == 1
    assert capsys.readouterr().err.strip().startswith("Aucune démo ne tourne")


def test_demo_that_still_starts_is_waited_for(held: Path) -> None:
    (held / datadir.DESCRIPTION).unlink()
    with pytest.raises(Trouble, match="not ready yet"):
        manage.environment_for(["shell"], data_dir=held)


def test_folder_that_opens_anew_forgets_how_to_reach_the_last_demo(folder: Path) -> None:
    data = datadir.DataDir(folder)
    data.open(reset=False)
    assert not data.description.exists()
    data.remove()


@pytest.mark.parametrize(
    ("words", "own", "passed"),
    [
        (["shell", "-c", "1"], [], ["shell", "-c", "1"]),
        (["--data-dir", "x", "shell"], ["--data-dir", "x"], ["shell"]),
        (["shell", "--data-dir=x"], ["--data-dir=x"], ["shell"]),
        (["--help"], ["--help"], []),
        (["shell", "--help"], [], ["shell", "--help"]),
        (["dbshell", "--", "--data-dir"], [], ["dbshell", "--", "--data-dir"]),
    ],
)
def test_own_options_are_parted_from_the_commands(
    words: list[str], own: list[str], passed: list[str]
) -> None:
    assert manage.split(words) == (own, passed)
