"""Known breaches of the isolation: the replaced code, the tests against it, and the trap."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIST = Path(__file__).with_suffix(".toml")
MAKES_DATABASES = ("infra/database/", "/migrations/", "/sql/", "/database/grants.py")


@dataclass(frozen=True)
class WallMutant:
    """A fault to plant: replacements in a single file, and the tests that must fail."""

    name: str
    trap: str
    file: str
    edits: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]

    @property
    def makes_databases(self) -> bool:
        """Return True if the tests' databases depend on its file and must be created again."""
        return any(part in self.file for part in MAKES_DATABASES)

    def planted_in(self, text: str) -> str:
        """Return the file's text with the fault. Raises ValueError where it does not fit."""
        for old, new in self.edits:
            if text.count(old) != 1:
                raise ValueError(f"{self.name}: {self.file} holds {old!r} {text.count(old)} times")
            text = text.replace(old, new)
        return text


def known() -> list[WallMutant]:
    """Return every mutant of the list."""
    read = tomllib.loads(LIST.read_text())
    return [_mutant(entry, read["tests"]) for entry in read["mutant"]]


def _mutant(entry: dict[str, Any], groups: dict[str, list[str]]) -> WallMutant:
    edits = [(entry["old"], entry["new"])]
    edits += [(more["old"], more["new"]) for more in entry.get("also", [])]
    return WallMutant(
        name=entry["name"],
        trap=entry["trap"],
        file=entry["file"],
        edits=tuple(edits),
        tests=tuple(test for group in entry["tests"] for test in groups[group]),
    )
