"""Lists of city services: the CSV of a town, or an extract of OpenStreetMap in GeoJSON.

Words are handed on as they stand in the file, cut to the longest that a service has; whether a row
is a service is decided by its room. A sign that no database keeps becomes U+FFFD.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from saas.kernel.sandbox.openers.limits import MOST_SERVICES
from saas.kernel.sandbox.openers.texts import decoded
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.sandbox.wire import Piece

MOST_COLUMNS, LONGEST_CELL = 60, 600
# Objects and lists of a GeoJSON.
MOST_PARTS = 200_000
_LOST_SIGN = re.compile("[\0\ud800-\udfff]")
_SHAPES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "Polygon": 2, "MultiLineString": 2}
_SHAPES |= {"MultiPolygon": 3}
_TAGS = (
    *("name", "addr:housenumber", "addr:street", "addr:postcode", "addr:city"),
    *("opening_hours", "contact:phone", "phone", "website", "@id"),
)


def rows_of(content: bytes, options: dict[str, Any]) -> Iterator[Piece]:
    """Yield the rows of a CSV or the features of a GeoJSON. Raises UnfitError.

    `tags` in the options: pairs of OpenStreetMap that mark a service; other features are skipped.
    """
    text = decoded(content).lstrip("\ufeff \r\n\t")
    if not text:
        raise UnfitError("empty")
    if text.startswith(("{", "[")):
        yield Piece({"features": list(_features(text, options.get("tags", ())))})
    else:
        yield Piece({"lines": list(_lines(text))})


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line with a word in it; the heading is the first."""
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            _check_fits(number - 1, MOST_SERVICES)
            words = [_plain(cell) for cell in cells[:MOST_COLUMNS]]
            if number == 1 or any(words):
                yield number, words
    except csv.Error as error:
        raise UnfitError("unreadable") from error


def _features(text: str, tags: Iterable[Iterable[str]]) -> Iterator[dict[str, Any]]:
    _check_fits(text.count("{") + text.count("["), MOST_PARTS)
    try:
        features = json.loads(text)["features"]
        if not isinstance(features, list):
            raise TypeError("no list")  # noqa: TRY301 - one reason for every other form
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnfitError("no_geojson") from error
    wanted, many = {tuple(pair) for pair in tags}, 0
    for number, feature in enumerate(features, start=1):
        if (found := _feature(feature, wanted)) is not None:
            many += 1
            _check_fits(many, MOST_SERVICES)
            yield {"number": number, **found}


def _feature(feature: Any, wanted: set[tuple[str, ...]]) -> dict[str, Any] | None:
    """Return a feature's tags and middle, or None for a thing of another kind, such as a bench."""
    tags = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(tags, dict):
        return {"tags": None, "middle": None}
    marks = {key: value for key, value in wanted if tags.get(key) == value}
    if not marks or not tags.get("name"):
        return None
    words = {key: _plain(str(tags.get(key) or "")) for key in _TAGS} | marks
    words["@id"] = _plain(str(feature.get("id") or tags.get("@id") or tags["name"]))
    try:
        middle = _middle(feature.get("geometry"))
    except (TypeError, ValueError, KeyError, IndexError, ArithmeticError):
        middle = None
    return {"tags": words, "middle": middle}


def _middle(geometry: Any) -> tuple[str, str]:
    """Return the middle of a geometry's points as longitude and latitude."""
    points = list(_points(geometry["coordinates"], _SHAPES[geometry["type"]]))
    east = [float(point[0]) for point in points]
    north = [float(point[1]) for point in points]
    if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in zip(east, north, strict=True)):  # noqa: PLR2004 - degrees
        raise ValueError("outside the world")
    return f"{(min(east) + max(east)) / 2:.6f}", f"{(min(north) + max(north)) / 2:.6f}"


def _points(coordinates: Any, depth: int) -> Iterable[Any]:
    if depth == 0:
        return [coordinates]
    return [point for part in coordinates for point in _points(part, depth - 1)]


def _plain(text: str) -> str:
    return _LOST_SIGN.sub("\ufffd", text.strip()[:LONGEST_CELL])


def _check_fits(count: int, most: int) -> None:
    if count > most:
        raise UnfitError("too_many")


# Loads all that the parsers load when they need it, which a locked child cannot.
for _sample in (b"a;b\n1;2\n", b'{"features": []}'):
    list(rows_of(_sample, {}))
