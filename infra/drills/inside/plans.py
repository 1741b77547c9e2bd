"""Find the columns that EXPLAIN filters below a fence: they leak rows of other spaces."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

# Nothing of these is hidden from a space, so nothing of them can be told.
OF_ALL = frozenset({"city_services_cityservice", "city_services_servicehours"})
# A single row is found by these columns, with an index; they have no statistics either.
KEYS = {
    "merchants_published": frozenset({"id", "slug", "cell"}),
    "merchants_published_hours": frozenset({"merchant_id"}),
    "offers_published": frozenset({"id", "merchant_id", "reference"}),
}
# By the category of a type: two values that a column could be compared with.
_VALUES = {"N": ("7", "41"), "S": ("g", "q"), "B": ("true", "false")}
_BY_TYPE = {
    "date": ("2026-01-05", "2026-06-07"),
    "timestamp with time zone": ("2026-01-05 10:00+00", "2026-06-07 10:00+00"),
    "time without time zone": ("08:00", "19:00"),
    "jsonb": ("1", "2"),
}
# A plan's node that has rows of its own space only, or sums of them.
_BEHIND_A_FENCE = frozenset({"Subquery Scan", "Aggregate", "WindowAgg", "Result"})
_CONDITIONS = frozenset(
    {"Filter", "Index Cond", "Recheck Cond", "Join Filter", "Hash Cond", "Merge Cond", "TID Cond"}
)


class Column(NamedTuple):
    """A column of a space's view: its type, and PostgreSQL's category of that type."""

    relation: str
    name: str
    kind: str
    category: str

    def compared(self, comparison: str, value: str) -> str:
        """Write the question for the rows that a comparison with a value leaves."""
        return (
            f'SELECT * FROM public."{self.relation}"'  # noqa: S608 - names of the catalogue
            f" WHERE \"{self.name}\" {comparison} '{value}'"
        )

    def values(self) -> tuple[str, ...]:
        """Return values that it can be compared with."""
        if self.kind not in _BY_TYPE and self.category not in _VALUES:
            raise LookupError(f"no values are known for columns of type {self.kind}")
        return _BY_TYPE.get(self.kind) or _VALUES[self.category]


def columns_of(cursor: Any, relation: str) -> list[Column]:
    """Return the columns of a relation."""
    cursor.execute(
        "SELECT a.attname, format_type(a.atttypid, NULL), t.typcategory FROM pg_attribute a"
        " JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = %s::regclass AND a.attnum > 0"
        " AND NOT a.attisdropped ORDER BY a.attnum",
        [f'public."{relation}"'],
    )
    return [Column(relation, *row) for row in cursor.fetchall()]


def plan(cursor: Any, question: str) -> Any:
    """Return how PostgreSQL would answer a question."""
    cursor.execute(f"EXPLAIN (FORMAT JSON) {question}")
    found = cursor.fetchone()[0]
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def nodes(tree: Any) -> Iterator[Any]:
    """Walk a plan."""
    yield tree
    for inner in tree.get("Plans", ()):
        yield from nodes(inner)


def open_columns(cursor: Any, relation: str) -> list[str]:
    """Return the columns on which a filter is applied to rows of all spaces."""
    if relation in OF_ALL:
        return []
    return [
        f"{relation}.{column.name}"
        for column in columns_of(cursor, relation)
        if column.name not in KEYS.get(relation, ()) and _is_applied_below(cursor, column)
    ]


def _is_applied_below(cursor: Any, column: Column) -> bool:
    for comparison in ("=", "<"):
        below = [
            below_fences(plan(cursor, column.compared(comparison, value)))
            for value in column.values()
        ]
        if any(one != below[0] for one in below):
            return True
    return False


def below_fences(tree: Any) -> list[str]:
    """Return the conditions of a plan that are applied to rows before a fence."""
    return [
        f"{name}: {condition}"
        for node in nodes(tree)
        if node["Node Type"] not in _BEHIND_A_FENCE
        for name, condition in sorted(node.items())
        if name in _CONDITIONS
    ]
