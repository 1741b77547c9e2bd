"""The gate: each failed step prints its name and a hint for the repair."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.fixtures.programs import run_program

GATE = (ROOT / ".ci" / "run").read_text()
STEPS = re.findall(r'^step "([^"]+)" (?:\\\n +)?"([^"]+)"', GATE, flags=re.MULTILINE)
BEFORE_STEPS = GATE[: GATE.index('\nstep "')]


def run(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script of bash after the functions of the gate, in place of its steps."""
    return run_program(["bash", "-c", f"{BEFORE_STEPS}\n{script}", ".ci/run"])


def test_each_step_says_what_to_do_where_it_is_red() -> None:
    assert len(STEPS) == len(re.findall(r"^step ", GATE, flags=re.MULTILINE))
    assert all(hint.endswith(".") for _name, hint in STEPS)
    assert not [hint for _name, hint in STEPS if re.search("[`$]", hint)]  # bash would run it


@pytest.mark.parametrize("command", ["false", "silent", "exit 3"])
def test_red_step_is_named_with_its_hint(command: str) -> None:
    ended = run(f'silent() {{ false | true; }}; quit() {{ {command}; }}; step "x" "Do this." quit')
    assert ended.returncode != 0
    assert "== x is red" in ended.stderr
    assert "Do this." in ended.stderr


@pytest.mark.parametrize(("checker", "code"), [("exit 3", 1), ("true", 0)])
def test_command_beside_other_steps_is_reported_in_its_own(checker: str, code: int) -> None:
    script = f'look() {{ echo "Found."; {checker}; }}; begin types look; step "other" "No." true'
    ended = run(f'{script}; step "types" "Mend them." finish types')
    assert min(ended.returncode, 1) == code
    assert "== types\nFound." in ended.stdout
    assert ("Mend them." in ended.stderr) == bool(code)


def test_red_step_ends_commands_that_still_run() -> None:
    ended = run('begin types sleep 300; echo "${pids[types]}"; step "other" "Mend it." false')
    assert "== other is red" in ended.stderr
    assert not Path(f"/proc/{ended.stdout.split()[0]}").exists()


def test_each_command_that_is_begun_is_finished() -> None:
    begun = re.findall(r"^begin (\w+)", GATE, flags=re.MULTILINE)
    assert set(begun) == set(re.findall(r"finish (\w+)$", GATE, flags=re.MULTILINE)) != set()


def test_green_steps_end_without_a_warning() -> None:
    ended = run('step "x" "Do this." true; step "y" "Do that." true')
    assert ended.returncode == 0
    assert " ".join(ended.stdout.split()) == "== x == x: 0 s == y == y: 0 s"
    assert not ended.stderr


def test_missing_program_that_only_root_installs_is_reported() -> None:
    ended = run('command() { return 1; }; id() { echo 7; }; step "programs" "Install it." programs')
    assert ended.returncode != 0
    assert "only root can install them" in ended.stderr
    assert "Install it." in ended.stderr
