"""The table of OWASP ASVS names existing tests; the bill of materials lists installed packages."""

import ast
import functools
import json
import re
from collections.abc import Iterable, Iterator

import pytest

from infra.local.shipping import sbom
from tests.architecture.source import ROOT
from tests.security import asvs

TIMES = ("72 hours", "seven days", "thirty days")


# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they are its first ones.
_COUNTS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2
7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2
10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2
13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1
17.2:4 17.3:2
"""
SECTIONS = {name: int(many) for name, many in re.findall(r"(\S+):(\d+)", _COUNTS)}
# Marks of a test that the gate leaves out.
LEFT_OUT = {"nightly", "skip", "skipif", "xfail"}


@functools.cache
def run_by_the_gate(path: str) -> frozenset[str]:
    """Return the tests of a file that the gate runs: `test_…`, and no mark leaves them out."""
    file = ROOT / "tests" / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text())
    whole = [node for node in tree.body if isinstance(node, ast.Assign)]
    if marks_of([node.value for node in whole if "pytestmark" in ast.unparse(node.targets[0])]):
        return frozenset()
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not marks_of(node.decorator_list)
    )


def marks_of(nodes: Iterable[ast.AST]) -> set[str]:
    words = {
        inner.attr for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Attribute)
    }
    return words & LEFT_OUT


def expanded(number: str) -> Iterator[str]:
    """Yield the requirements of a row: one, or the range `first-last` over sections."""
    first, _dash, last = number.partition("-")
    among = [f"{name}.{at}" for name, many in SECTIONS.items() for at in range(1, many + 1)]
    yield from among[among.index(first) : among.index(last or first) + 1]


def test_the_gate_runs_each_test_that_the_table_names() -> None:
    missing = []
    for row in asvs.requirements():
        for named in row.tests:
            path, _colon, function = named.partition("::")
            if function not in run_by_the_gate(path):
                missing.append(f"{row.number} {named}")
    assert missing == []


def test_table_has_each_requirement_of_both_levels_once() -> None:
    numbers = [each for row in asvs.requirements() for each in expanded(row.number)]
    assert sorted(numbers) == sorted({*numbers})
    assert len(numbers) == sum(SECTIONS.values()) == 253  # 70 of level 1, 183 of level 2


def test_no_requirement_is_open() -> None:
    assert [row.number for row in asvs.requirements() if row.is_open] == []


def test_each_row_has_tests_or_a_reason() -> None:
    for row in asvs.requirements():
        assert re.fullmatch(r"\d+\.\d+\.\d+(-\d+\.\d+\.\d+)?", row.number), row.number
        assert bool(row.tests) != bool(row.reason), row.number
        assert row.tests or len(row.reason) > 4, row.number


def test_sbom_names_each_pinned_package(capsys: pytest.CaptureFixture[str]) -> None:
    lock = (ROOT / "requirements-prod.lock").read_text()
    pinned = dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", lock, re.MULTILINE))
    sbom.main()
    described = json.loads(capsys.readouterr().out)
    assert (described["bomFormat"], described["specVersion"]) == ("CycloneDX", "1.6")
    parts = described["components"]
    assert {part["name"]: part["version"] for part in parts} == pinned
    assert len(pinned) > 50
    for part in parts:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert part["hashes"], part["name"]
        assert all(re.fullmatch(r"[0-9a-f]{64}", one["content"]) for one in part["hashes"])


def test_times_to_mend_are_written_down() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert all(words in text for words in TIMES)
