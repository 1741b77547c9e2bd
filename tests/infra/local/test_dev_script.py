"""./dev, on machines that have uv, a broken uv, or nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from infra.local.processes import ROOT
from tests.fixtures.programs import run_program

TOOLS = ("sh", "dirname", "mkdir", "rm", "ls")


def give(machine: Path, name: str, script: str) -> None:
    program = machine / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout on a machine that has a shell and nothing else."""
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "dev", tmp_path / "dev")
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def dev(
    machine: Path, *words: str, lang: str = "fr_FR.UTF-8", home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return run_program(
        [str(machine / "dev"), *words],
        env={"PATH": str(machine / "bin"), "HOME": str(home or machine), "LC_ALL": lang},
    )


def test_cache_is_in_the_checkout_if_the_home_cannot_be_written_to(machine: Path) -> None:
    give(machine, "uv", 'echo "$UV_CACHE_DIR"')
    assert dev(machine, "demo").stdout.strip() == ""
    nowhere = Path("/proc/nowhere")
    assert dev(machine, "demo", home=nowhere).stdout.strip() == f"{machine}/.troovon/uv-cache"


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        (["demo", "--port", "8001"], "run troovon demo --port 8001"),
        (["test", "-k", "one thing"], "run pytest -k one thing"),
        (["python", "-V"], "run python -V"),
        ([], "run troovon --help"),
    ],
)
def test_each_word_is_uv_run(machine: Path, typed: list[str], run: str) -> None:
    give(machine, "uv", 'echo "$@"')
    assert dev(machine, *typed).stdout.strip() == run


def test_a_shim_that_leads_nowhere_is_passed_over(machine: Path) -> None:
    give(machine, "uv", "exit 1")
    own = machine / ".local" / "bin"
    own.mkdir(parents=True)
    give(machine, "real-uv", 'echo "$@"')
    (machine / "bin" / "real-uv").rename(own / "uv")
    assert dev(machine, "demo").stdout.strip() == "run troovon demo"


def test_a_missing_uv_is_brought_by_pip(machine: Path) -> None:
    give(
        machine,
        "python3",
        'case "$*" in *install*) mkdir -p .troovon/uv/bin; '
        "printf '#!/bin/sh\\necho \"$@\"\\n' > .troovon/uv/bin/uv; "
        f"{shutil.which('chmod')} +x .troovon/uv/bin/uv;; esac",
    )
    done = dev(machine, "demo")
    assert done.stdout.strip() == "run troovon demo"
    assert done.stderr.startswith("uv n’est pas installé")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("fr_FR.UTF-8", "Il faut Python 3 ou uv"), ("en_GB.UTF-8", "Python 3 or uv is needed")],
)
def test_a_machine_without_python_gets_one_sentence(
    machine: Path, lang: str, sentence: str
) -> None:
    done = dev(machine, "demo", lang=lang)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)


def test_a_machine_where_nothing_can_be_brought_gets_one_sentence(machine: Path) -> None:
    give(machine, "python3", "exit 1")
    done = dev(machine, "demo")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Je n’ai pas pu installer uv")
