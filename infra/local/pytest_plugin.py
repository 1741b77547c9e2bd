"""The tests' services, started before pytest-django reads the settings."""

import argparse
import gc
import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling, Scheduling

from infra.local import environment, testing
from infra.local.words import Trouble

_running = pytest.StashKey[testing.Run]()
# Options of a run that selects some tests, or runs them singly.
ONE_BY_ONE = ("file_or_dir", "keyword", "lf", "failedfirst", "usepdb", "numprocesses")
# Tests that show that a drill can fail; they are asked for by their mark.
PROOFS, NIGHTLY = "proof", "nightly"
FIRST_RUN = f"not {PROOFS} and not {NIGHTLY}"
# Workers are given the words of the command line, and this.
WITHOUT_PROOFS = "TROOVON_TESTS_WITHOUT_PROOFS"
# Folders with tests that start processes, browsers or whole installations.
LONG = (
    *("tests/journeys/", "tests/infra/", "tests/security/", "tests/tenants/spaces/"),
    *("tests/billing/", "tests/saas/console/", "tests/wall/"),
)
# Files that share a running demo, and so a single worker: to start another takes half a minute of
# CPU. Weeks pass in the last file: the simulator's clock never goes back.
WITH_THE_DEMO = (
    "tests/infra/local/test_whole.py",
    "tests/journeys/test_typed.py",
    "tests/journeys/test_ways.py",
    "tests/journeys/test_main_job.py",
)
# Files that read the syntax of all code: to parse and walk it takes each worker many seconds.
OF_THE_SYNTAX = (
    "tests/architecture/",
    "tests/security/test_code.py",
    "tests/security/test_secrets.py",
    "tests/saas/kernel/secrets/test_hashing.py",
)
# Files that share two clusters: to start and join them takes each worker ten seconds.
OF_CELLS = "tests/tenants/spaces/cells/"
# Files that keep a worker busy for longest, in this order.
LONGEST = (
    "tests/infra/local/test_supervision.py",
    "tests/infra/drills/test_access.py",
    *WITH_THE_DEMO,
    "tests/security/test_access.py",
    "tests/infra/drills/test_availability.py",
    "tests/saas/commands/test_backup.py",
    OF_CELLS,
    "tests/infra/deploy/",
    "tests/billing/transitions/test_history.py",
    "tests/infra/drills/test_payments.py",
    "tests/infra/drills/test_community.py",
    "tests/infra/drills/test_slow_clients.py",
    "tests/infra/drills/test_webhooks.py",
    "tests/tenants/spaces/upkeep/",
    "tests/tenants/spaces/database/test_ways.py",
    "tests/tenants/community/kiosk/test_journey.py",
    *OF_THE_SYNTAX,
)
# Of a test's many objects few are garbage: pages and statements make them, and soon free them.
COLLECTED_AFTER = (50_000, 20, 100)
MOST_WORKERS = 4


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None]:
    """Start the services of this process, or the template that its workers copy."""
    options = early_config.known_args_namespace
    gc.set_threshold(*COLLECTED_AFTER)
    _compile_once()
    if _runs_tests(options):
        whole = _is_whole(options)
        spread = whole and _workers() > 1
        if spread or _runs_in_workers(options):
            _prepare()
        else:
            _begin(early_config)
        if spread:
            # A file stays together, so that its fixtures are started once.
            args += ["-n", str(_workers()), "--dist", "loadfile", "--no-loadscope-reorder"]
            # pytest-cov has read the line by now, and asks whether workers report to it.
            options.numprocesses = _workers()
        if whole and not options.markexpr:
            os.environ[WITHOUT_PROOFS] = "yes"
            args += ["-m", FIRST_RUN]
        elif os.environ.pop(WITHOUT_PROOFS, ""):  # here; child processes may run all
            args += ["-m", FIRST_RUN]
    return (yield)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip a file without a test of the selected mark."""
    mark = config.known_args_namespace.markexpr
    if mark in {PROOFS, NIGHTLY} and collection_path.name.startswith("test_"):
        return f"mark.{mark}" not in collection_path.read_text() or None
    return None


class Files(LoadFileScheduling):
    """Gives each worker whole files, and a single worker all files with costly shared fixtures."""

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid)


def together(nodeid: str) -> str:
    """Return a test's group: its file, or all files that share the demo, cells or the syntax."""
    path = nodeid.partition("::")[0]
    if path in WITH_THE_DEMO:
        return "the demo"
    if path.startswith(OF_CELLS):
        return "the cells"
    return "the syntax" if path.startswith(OF_THE_SYNTAX) else path


@pytest.hookimpl(optionalhook=True)  # absent in a run without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Spread files as `Files` does, where whole files are asked for."""
    return Files(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests: at the end all workers would wait for them."""
    items.sort(key=lambda item: (place_of(item.nodeid), not item.nodeid.startswith(LONG)))


def place_of(nodeid: str) -> int:
    """Return a test's rank among those that keep a worker busy for longest."""
    places = (place for place, path in enumerate(LONGEST) if nodeid.startswith(path))
    return next(places, len(LONGEST))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Exclude the eight thousand tests from garbage collection: they stay until the end."""
    gc.collect()
    gc.freeze()


def _compile_once() -> None:
    """Make this process and its children reuse the compiled files of an earlier run."""
    if aside := environment.put_compiled_files_aside(os.environ):
        sys.pycache_prefix, sys.dont_write_bytecode = aside, False


def _prepare() -> None:
    """Create the workers' template; each has its own servers, since roles belong to a server."""
    os.environ.pop(testing.DESCRIPTION, None)
    try:
        testing.store_template()
    except Trouble as trouble:
        raise pytest.UsageError(trouble.sentence.en) from trouble


def _begin(config: pytest.Config) -> None:
    """Start servers, or join the servers described by the environment."""
    if testing.DESCRIPTION not in os.environ or "PYTEST_XDIST_WORKER" not in os.environ:
        try:
            config.stash[_running] = testing.begin()
        except Trouble as trouble:
            raise pytest.UsageError(trouble.sentence.en) from trouble
    testing.enter()


def _runs_tests(options: argparse.Namespace) -> bool:
    return not (options.help or options.version or options.collectonly)


def _is_whole(options: argparse.Namespace) -> bool:
    """Return True if all tests, or all of a mark, were requested plainly: then all cores work."""
    in_a_worker = "PYTEST_XDIST_WORKER" in os.environ
    chosen = any(getattr(options, name, None) for name in ONE_BY_ONE)
    by_mark = options.markexpr not in {"", PROOFS, NIGHTLY}
    return not in_a_worker and not chosen and not by_mark


def _runs_in_workers(options: argparse.Namespace) -> bool:
    """Return True if tests run in workers only, and not in this process."""
    in_a_worker = "PYTEST_XDIST_WORKER" in os.environ
    return not in_a_worker and bool(getattr(options, "numprocesses", None))


def _workers() -> int:
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    # While a worker waits for a browser, a process or PostgreSQL, another computes.
    return min(usable + usable // 2, MOST_WORKERS)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the services that this process started, and remove their files."""
    run = config.stash.get(_running, None)
    if run is not None:
        testing.end(run)
