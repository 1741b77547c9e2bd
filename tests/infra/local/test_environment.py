"""Variables of its starter that a process of the demo or of the tests is handed."""

import os
import sys
from pathlib import Path

import pytest

from infra.local import environment
from infra.local.processes import ROOT
from tests.fixtures.programs import run_program

WANTED_NOWHERE = {"PYTHONDONTWRITEBYTECODE": "1"}
IN_OUR_FOLDER = str(ROOT / ".troovon" / "pycache")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (WANTED_NOWHERE, {"PYTHONPYCACHEPREFIX": IN_OUR_FOLDER}),
        (WANTED_NOWHERE | {"PYTHONPYCACHEPREFIX": "/aside"}, {"PYTHONPYCACHEPREFIX": "/aside"}),
        ({}, {}),
    ],
)
def test_compiled_files_are_put_aside_where_none_are_wanted_in_the_tree(
    before: dict[str, str], after: dict[str, str]
) -> None:
    environ = {"LANG": "C", **before}
    aside = environment.put_compiled_files_aside(environ)
    assert environ == {"LANG": "C", **after}
    assert aside == after.get("PYTHONPYCACHEPREFIX")


def test_a_run_of_tests_compiles_its_files_once_where_none_are_wanted(tmp_path: Path) -> None:
    # Without settings and fixtures: each of Django's modules would be compiled, too.
    bare = ["-c", os.devnull, "--rootdir", str(ROOT), "--noconftest", "-p", "no:django"]
    plugin = ["-p", "infra.local.pytest_plugin", "--import-mode=importlib"]
    line = [sys.executable, "-m", "pytest", *bare, *plugin, "--collect-only"]
    wishes = WANTED_NOWHERE | {"PYTHONPYCACHEPREFIX": str(tmp_path / "aside")}
    run_program([*line, "tests/infra/local/test_ports.py"], env=os.environ | wishes)
    assert list(tmp_path.rglob("test_ports*.pyc"))
