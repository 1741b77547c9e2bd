"""Each package that the project asks for has a row with its keepers and its replacement."""

import re
import tomllib
from collections import Counter

from infra import pins

HEAD = "| packages | kept by | instead |"


def rows() -> list[list[str]]:
    table = (pins.ROOT / "DECISIONS.md").read_text().partition(HEAD)[2].partition("\n\n")[0]
    lines = table.strip().splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_dependency_has_keepers_and_a_replacement() -> None:
    settings = tomllib.loads((pins.ROOT / "pyproject.toml").read_text())
    groups = [settings["project"]["dependencies"], *settings["dependency-groups"].values()]
    direct = {re.split(r"[\[<>=]", one)[0] for group in groups for one in group}
    named = Counter(name for row in rows() for name in row[0].split(", "))
    assert set(named) == direct
    assert set(named.values()) == {1}
    assert all(len(row) == 3 and all(row) for row in rows())
