"""Database objects that Django's models cannot express: files of SQL run by migrations.

A view, function, trigger or policy has a file in the `sql/` of its app, with its present
definition.
"""

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import migrations

_CREATED = re.compile(
    r"^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:CONSTRAINT\s+)?"
    r"(?P<kind>VIEW|FUNCTION|TRIGGER|POLICY)\s+(?:public\.)?(?P<name>\w+)"
    r"(?:[^;]*?\sON\s+(?P<table>\w+))?",
    re.IGNORECASE | re.MULTILINE,
)


class Created(NamedTuple):
    """An object that a file makes; the table is that of a trigger or policy, else empty."""

    kind: str
    name: str
    table: str


class RunFile(migrations.RunSQL):
    """Operation that runs a file of SQL; its path is relative to the project's root.

    The digest is that of the file when the migration was written. To change the file after a
    release, move its operation from the migration before to a new migration, with the new digest:
    so each file is run once, by the last migration that contains it.
    """

    def __init__(self, path: str, digest: str) -> None:
        super().__init__(read(path), migrations.RunSQL.noop)
        self.path = path
        self.digest = digest

    def describe(self) -> str:
        """Return the operation's description, for reports."""
        return f"Run {self.path}"


def read(path: str) -> str:
    """Return a file's text."""
    return (Path(settings.ROOT) / path).read_text()


def digest_of(text: str) -> str:
    """Return the digest of a file's text, as used in its migration."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def created_in(text: str) -> list[Created]:
    """Return the views, functions, triggers and policies that a file's statements make."""
    found = []
    for match in _CREATED.finditer(text):
        kind = match["kind"].lower()
        table = match["table"] if kind in {"trigger", "policy"} else ""
        found.append(Created(kind, match["name"], table))
    return found
