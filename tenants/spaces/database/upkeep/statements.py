"""Limits on hand-written SQL of a migration: nothing that blocks, or breaks the old code."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db.migrations.operations import RunSQL


class Dropped(NamedTuple):
    """A column that a statement drops, or with an empty column a whole table."""

    table: str
    column: str


_NAME = r'(?:"?public"?\.)?"?(\w+)"?'
_CLAUSE = r"(?:[^,;()]|\([^()]*\))*"
_CONSTRAINTS = r"(?:CONSTRAINT|CHECK|UNIQUE|EXCLUDE|PRIMARY|FOREIGN)\b"
_BLOCKING = {
    r"^VACUUM\b": "VACUUM has no place in a migration",
    r"^LOCK\b": "LOCK TABLE keeps everybody out",
    r"^CLUSTER\b": "CLUSTER rewrites a table while nobody may read it",
    r"^TRUNCATE\b": "TRUNCATE takes rows that the old code still reads",
    r"^DELETE\s+FROM\s+\S+\Z": "DELETE takes every row that the old code still reads",
    r"^DO\b|^EXECUTE\b": "what such a block will do cannot be read: write it as statements",
    r"\bSET\s+(UNLOGGED|LOGGED|TABLESPACE|ACCESS\s+METHOD)\b": (
        "it rewrites a table while nobody may read it"
    ),
    r"^REINDEX\b(?!.*\bCONCURRENTLY\b)": "REINDEX without CONCURRENTLY stops all writers",
    r"\bTYPE\b.*\bUSING\b|\bALTER\s+(COLUMN\s+)?\S+\s+(SET\s+DATA\s+)?TYPE\b": (
        "a column's type is changed: add another column and fill it"
    ),
    r"\bDROP\s+VIEW\b": "DROP VIEW takes the rights with it: CREATE OR REPLACE VIEW keeps them",
}
_LATER = {
    r"\bRENAME\b": "the old code still says the old name",
    r"\bSET\s+NOT\s+NULL\b": "SET NOT NULL refuses what the old code writes",
    rf"\bADD\s+(?!{_CONSTRAINTS})(?={_CLAUSE}\bNOT\s+NULL\b)(?!{_CLAUSE}\b(DEFAULT|GENERATED)\b)": (
        "the old code inserts no value into such a column"
    ),
    r"\bDROP\s+DEFAULT\b": "the old code counts on the default",
    r"^REVOKE\b": "the old code still needs the right",
    r"\bADD\s+(CONSTRAINT|CHECK|UNIQUE|EXCLUDE)\b": (
        "a constraint may refuse what the old code writes"
    ),
    r"\bCREATE\s+UNIQUE\s+INDEX\b": "a unique index may refuse what the old code writes",
}
_UNREAD = re.compile(r"--[^\n]*|/\*.*?\*/|'[^']*'", re.DOTALL)
_INDEX = re.compile(
    rf"\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*?\bON\s+(?:ONLY\s+)?{_NAME}",
    re.IGNORECASE | re.DOTALL,
)
_CHECKED = re.compile(r"\bADD\s+CONSTRAINT\b(?!.*\bNOT\s+VALID\b)", re.IGNORECASE | re.DOTALL)
_ALTERED = re.compile(rf"\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?{_NAME}", re.IGNORECASE)
# The word COLUMN may be left out, and often is.
_COLUMN = re.compile(
    r"\bDROP\s+(?!(?:CONSTRAINT|NOT\s+NULL|DEFAULT|IDENTITY|EXPRESSION)\b)"
    r'(?:COLUMN\s+)?(?:IF\s+EXISTS\s+)?"?(\w+)"?',
    re.IGNORECASE,
)
_TABLES = re.compile(
    rf"\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?({_NAME}(?:\s*,\s*{_NAME})*)", re.IGNORECASE
)


def statements_of(operation: RunSQL) -> list[str]:
    """Return the statements of an operation, without comments and texts in quotes."""
    parts = [operation.sql] if isinstance(operation.sql, str) else operation.sql
    texts = (part if isinstance(part, str) else part[0] for part in parts)
    plain = "\n;\n".join(_UNREAD.sub(" ", text) for text in texts)
    return [statement for text in plain.split(";") if (statement := text.strip())]


def blocking(statement: str) -> Iterator[str]:
    """Return the reasons why a statement blocks other transactions."""
    for pattern, sentence in _BLOCKING.items():
        if re.search(pattern, statement, re.IGNORECASE | re.DOTALL):
            yield sentence


def for_later(statement: str) -> Iterator[str]:
    """Return the reasons why a statement breaks the code of the previous release."""
    for pattern, sentence in _LATER.items():
        if re.search(pattern, statement, re.IGNORECASE | re.DOTALL):
            yield sentence


def indexed(statement: str) -> str:
    """Return the table on which a statement makes an index while writers wait, or nothing."""
    found = _INDEX.search(statement)
    return found[1] if found else ""


def validated(statement: str) -> str:
    """Return the table of a new constraint that scans all rows under a lock, or an empty text."""
    table = _ALTERED.search(statement)
    return table[1] if table and _CHECKED.search(statement) else ""


def altered(statement: str) -> str:
    """Return the table that a statement alters, or nothing."""
    found = _ALTERED.search(statement)
    return found[1] if found else ""


def dropped(statement: str) -> Iterator[Dropped]:
    """Return the columns and tables that a statement drops."""
    for found in _TABLES.finditer(statement):
        for table in re.findall(_NAME, found[1]):
            yield Dropped(table, "")
    if altered(statement):
        for column in _COLUMN.findall(statement):
            yield Dropped(altered(statement), column)


def loosened(statement: str) -> Iterator[str]:
    """Return the columns that a statement lets be empty."""
    yield from re.findall(
        r'\bALTER\s+(?:COLUMN\s+)?"?(\w+)"?\s+DROP\s+NOT\s+NULL\b', statement, re.IGNORECASE
    )
