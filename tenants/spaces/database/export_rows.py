"""Rows in an administrator's copy of a space: those that pages show to every member.

`exports.py` lists the columns. A post for a single company, a post hidden by moderation, and all
rows that belong to such a post (pictures, times, dates) are in no copy. A file is in the copy if a
row in the copy contains its name. A test compares these lists with the models of every room.
"""

from typing import NamedTuple

from psycopg import sql

_VISIBLE = sql.SQL("hidden_at IS NULL")
_FOR_ALL = sql.SQL("audience <> 'company' AND hidden_at IS NULL")
_READY = sql.SQL("state = 'ready'")  # not waiting, failed, or hidden by moderation

# A row is in the copy if it meets the condition of its table.
CONDITIONS: dict[str, sql.SQL] = {
    "classifieds_classified": _FOR_ALL,
    "gatherings_gathering": _FOR_ALL,
    "lending_thing": _FOR_ALL,
    "rides_ride": _FOR_ALL,
    "deals_deal": _VISIBLE,
    "mediastore_medium": _VISIBLE,
    "classifieds_picture": _READY,
    "lending_lendingpicture": _READY,
}


class Belonging(NamedTuple):
    """The column that links a row to a row of `parent`, and the referenced column."""

    column: str
    parent: str
    to: str = "id"


# A row is in the copy if the row that it belongs to is.
BELONGINGS: dict[str, Belonging] = {
    "classifieds_availability": Belonging("classified_id", "classifieds_classified"),
    "classifieds_picture": Belonging("classified_id", "classifieds_classified"),
    "gatherings_series": Belonging("id", "gatherings_gathering", "series_id"),
    "lending_lendingpicture": Belonging("thing_id", "lending_thing"),
    "rides_departure": Belonging("ride_id", "rides_ride"),
    "mediastore_part": Belonging("medium_id", "mediastore_medium"),
    "mediastore_illustration": Belonging("medium_id", "mediastore_medium"),
    "mediastore_sponsorship": Belonging("medium_id", "mediastore_medium"),
}
# Columns that name a stored file, or several: each width of a picture begins with its name.
FILES: dict[str, str] = {
    "classifieds_picture": "name",
    "lending_lendingpicture": "name",
    "mediastore_part": "file",
    "mediastore_illustration": "file",
}


def select(schema_name: str, table: str, columns: tuple[str, ...]) -> sql.Composed:
    """Return the SELECT of the rows of a table that the copy contains, by id."""
    return sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY id").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(schema_name, table),
        _condition(schema_name, table),
    )


def _condition(schema_name: str, table: str) -> sql.Composed:
    found = [sql.SQL("({})").format(CONDITIONS[table])] if table in CONDITIONS else []
    if belonging := BELONGINGS.get(table):
        found.append(
            sql.SQL("{} IN (SELECT {} FROM {} WHERE {})").format(
                sql.Identifier(belonging.column),
                sql.Identifier(belonging.to),
                sql.Identifier(schema_name, belonging.parent),
                _condition(schema_name, belonging.parent),
            )
        )
    return sql.SQL(" AND ").join(found) if found else sql.Composed([sql.SQL("true")])
