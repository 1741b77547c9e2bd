"""Processes that end are started again, and named; with their log if they end again and again."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from infra.deploy import install
from infra.local import environment, processes
from infra.local.demo import main_job, throw_away
from infra.local.progress import Progress
from infra.local.shipping.installed import Product, installed_in
from infra.local.stack import PRODUCT, Stack
from infra.local.supervision import LASTING_SECONDS, Supervisor
from infra.local.words import Sentence
from tests.fixtures.patience import PATIENCE

SERVICES = (
    "worker",
    "caller",
    "fetcher",
    "web",
    "beat",
    "founder",
    "simulator",
    "provider",
    "valkey",
    "postgresql",
)


class Hours:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def ended(tmp_path: Path, name: str = "worker") -> processes.Child:
    words = [sys.executable, "-c", "import sys; sys.exit('its last words')"]
    child = processes.start(name, words, log=tmp_path / f"{name}.log")
    child.process.wait(timeout=PATIENCE)
    return child


def test_process_that_ended_is_reported_and_due_at_once(tmp_path: Path) -> None:
    output: list[Sentence] = []
    supervisor, child = Supervisor(output.append, Hours()), ended(tmp_path)
    supervisor.watch(child)
    assert supervisor.is_due(child)
    assert supervisor.is_due(child)
    assert [sentence.fr for sentence in output] == [
        "  « worker » s’est arrêté (code 1) : on le relance."
    ]


def test_each_early_death_waits_longer_and_the_third_shows_the_log(
    tmp_path: Path,
) -> None:
    output: list[Sentence] = []
    hours = Hours()
    supervisor, waits = Supervisor(output.append, hours), []
    for _ in range(8):
        child, died = ended(tmp_path), hours.now
        supervisor.watch(child)
        while not supervisor.is_due(child):
            hours.now += 1
        waits.append(hours.now - died)
    assert waits == [0, 1, 2, 4, 8, 16, 30, 30]
    assert "its last words" not in output[1].en
    assert "3 times in a row" in output[2].en
    assert "its last words" in output[2].en
    assert len(output) == 8


def test_process_that_lasted_begins_anew(tmp_path: Path) -> None:
    output: list[Sentence] = []
    hours = Hours()
    supervisor = Supervisor(output.append, hours)
    for _ in range(4):
        child = ended(tmp_path)
        supervisor.watch(child)
        hours.now += LASTING_SECONDS
        assert supervisor.is_due(child)
    assert all("in a row" not in sentence.en for sentence in output)


def test_processes_are_counted_apart(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda _sentence: None, Hours())
    for name in ("web", "worker"):
        child = ended(tmp_path, name)
        supervisor.watch(child)
        assert supervisor.is_due(child)


def test_program_is_started_again_with_its_words_and_log(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import os; print(os.environ['WORD'])"]
    first = processes.start("it", words, log=tmp_path / "log", env={"WORD": "heard"})
    first.process.wait(timeout=PATIENCE)
    second = first.again()
    second.process.wait(timeout=PATIENCE)
    assert second.name == first.name
    assert (tmp_path / "log").read_text() == "heard\nheard\n"


class Restarted(Exception):  # noqa: N818 - the way out of a watch
    """A process was started again."""


def watch_until(
    stack: Stack, is_back: Callable[[], bool], output: Callable[[Sentence], None]
) -> None:
    """Watch until the awaited process is back; processes that had ended without it restart too."""

    def stop_once_restarted() -> None:
        if is_back():
            raise Restarted

    with pytest.raises(Restarted):
        stack.watch(Supervisor(output), reload=False, restarted=stop_once_restarted)


def all_run(stack: Stack) -> bool:
    return not any(child.has_ended() for child in stack.all_running())


def kill(stack: Stack, name: str) -> None:
    """Kill a process of the stack, and watch until it is back and was named."""
    output: list[Sentence] = []
    if not all_run(stack):  # a process ended because an earlier kill took its dependency
        watch_until(stack, lambda: all_run(stack), lambda _sentence: None)
    pid = stack.pids()[name]
    os.kill(pid, signal.SIGKILL)
    watch_until(stack, lambda: stack.pids()[name] != pid, output.append)
    assert any(f"“{name}” has stopped (code -9)" in sentence.en for sentence in output)
    processes.wait_until(stack.site_answers, stack.product["web"], seconds=PATIENCE)


@pytest.fixture(scope="module")
def installation() -> Iterator[Product]:
    """Install the product in an empty folder from the production lock, as the image does.

    Not below pytest's own folder, which pytest closes to other accounts whenever a run begins.
    """
    with tempfile.TemporaryDirectory(prefix="troovon-installation-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        install.install_packages(folder / "venv", uv=os.environ.get("UV", "uv"))
        install.install_files(folder / "files", venv=folder / "venv")
        yield installed_in(folder / "files", folder / "venv")


def test_processes_of_an_installation_inherit_nothing_from_the_shell(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("EDITOR", "ed")
    installed = Product(files=tmp_path, python=Path(sys.executable), is_installed=True)
    names = set(installed.environment("worker", {"SECRET_KEY": "a"}))
    assert names <= {*environment.NAMES, "PATH"}
    assert {"SECRET_KEY", "TROOVON_PROCESS", "SELLER_FILE"} <= names


@pytest.mark.proof
def test_installation_outlives_each_of_its_processes(
    subtests: pytest.Subtests, installation: Product
) -> None:
    with throw_away(Progress("en"), partial(Stack, source=installation)) as stack:
        with subtests.test("the product runs from the installation, and may not write into it"):
            for name in PRODUCT:
                assert runs_from(installation, stack.pids()[name])
        for name in SERVICES:
            with subtests.test(f"{name} is killed and started again"):
                kill(stack, name)
        with subtests.test("the main job is done by those that were started again"):
            assert main_job(stack, as_json=True) == 0
        with subtests.test("all end though one waits to be started"):
            os.kill(stack.pids()["beat"], signal.SIGKILL)
            stack.product["beat"].process.wait(timeout=PATIENCE)
            pids = stack.pids()
            stack.stop()
            assert not [name for name, pid in pids.items() if Path(f"/proc/{pid}/cmdline").exists()]


def runs_from(installation: Product, pid: int) -> bool:
    """Whether a process runs an installation's Python in its folder, as another account."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    uid = Path(f"/proc/{pid}").stat().st_uid
    return (
        words[0] == str(installation.python)
        and Path(f"/proc/{pid}/cwd").readlink() == installation.files
        and (os.geteuid() != 0 or uid != installation.files.stat().st_uid)
    )
