"""The table of OWASP ASVS names existing tests; the bill of materials lists installed packages."""

import ast
import json
import re

import pytest

from infra.local.shipping import sbom
from tests.architecture.source import ROOT
from tests.security import asvs

TIMES = ("72 hours", "seven days", "thirty days")


def functions_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_test_that_the_table_names_exists() -> None:
    missing = []
    for row in asvs.requirements():
        for named in row.tests:
            path, _colon, function = named.partition("::")
            if not (ROOT / "tests" / path).is_file() or (
                function and function not in functions_in(path)
            ):
                missing.append(f"{row.number} {named}")
    assert missing == []


def test_table_has_each_number_once_with_tests_or_a_reason() -> None:
    rows = asvs.requirements()
    numbers = [row.number for row in rows]
    assert len(numbers) == len(set(numbers))
    assert {int(number.partition(".")[0]) for number in numbers} == set(range(1, 18))
    for row in rows:
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
