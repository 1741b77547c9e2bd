"""Lines of streets in a GeoJSON file: a `FeatureCollection`, or a feature a line, also compressed.

`osmium export --geometry-types=linestring` writes both of an extract of OpenStreetMap.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from saas.geocoding.models import StreetLine
from saas.geocoding.rules import MOST_LATITUDE, MOST_LONGITUDE
from saas.kernel.errors import Refused
from saas.kernel.values import csv_files
from saas.kernel.values.points import Point

_MAIN = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
_PATHS = frozenset(
    {"pedestrian", "footway", "path", "steps", "cycleway", "bridleway", "track", "corridor"}
)
# Highways of OpenStreetMap without walkers or cars.
_NO_STREETS = frozenset({"construction", "proposed", "platform", "raceway", "razed", "abandoned"})
_LINES = frozenset({"LineString", "MultiLineString"})
_RECORD_SIGN = "\x1e"  # begins each line of a GeoJSON text sequence
LEAST_POINTS = 2


class Line(NamedTuple):
    """A street, a path or a river: how it is drawn, and its points."""

    sort: str
    points: list[Point]


def lines_of(path: Path) -> Iterator[Line | None]:
    """Yield the lines of a file; null for a feature of another kind, such as a building.

    Raises Refused, naming the feature, for a line with a broken geometry.
    """
    try:
        with csv_files.open_text(path) as file:
            features = _features(file.read())
    except (*csv_files.UNREADABLE, ValueError, RecursionError) as error:
        raise Refused(_("Ce fichier ne se lit pas\u00a0: il faut du GeoJSON, en UTF-8.")) from error
    for number, feature in enumerate(features, start=1):
        yield from _lines(number, feature)


def _features(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError:
        lines = (line.strip(_RECORD_SIGN + " \r") for line in text.split("\n"))
        return [json.loads(line) for line in lines if line]
    features = found.get("features", [found]) if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise ValueError("no list of features")  # noqa: TRY004 - one reason for every other form
    return features


def _lines(number: int, feature: Any) -> Iterable[Line | None]:
    """Return a line for each part of a feature's geometry."""
    if not isinstance(feature, dict):
        raise _broken(number, {}, _("ce n’est pas un objet."))
    geometry, tags = feature.get("geometry"), feature.get("properties") or {}
    sort = _sort_of(tags) if isinstance(tags, dict) else StreetLine.Sort.STREET
    if not isinstance(geometry, dict):
        raise _broken(number, feature, _("elle n’a pas de géométrie."))
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in _LINES or sort is None:
        return [None]
    parts = coordinates if kind == "MultiLineString" else [coordinates]
    if not isinstance(parts, list) or not parts:
        raise _broken(number, feature, _("ses coordonnées ne sont pas une liste."))
    return [Line(sort, _points(number, feature, part)) for part in parts]


def _sort_of(tags: dict[str, Any]) -> StreetLine.Sort | None:
    """Return the sort of a line with these tags; null for other things than streets and rivers."""
    road = tags.get("highway")
    if road is None:
        if tags.get("waterway") in {"river", "canal", "stream"}:
            return StreetLine.Sort.WATER
        others = {"railway", "building", "barrier", "power", "boundary", "waterway", "natural"}
        return None if others & tags.keys() else StreetLine.Sort.STREET
    if road in _NO_STREETS:
        return None
    if str(road).removesuffix("_link") in _MAIN:
        return StreetLine.Sort.MAIN
    return StreetLine.Sort.PATH if road in _PATHS else StreetLine.Sort.STREET


def _points(number: int, feature: dict[str, Any], part: Any) -> list[Point]:
    if not isinstance(part, list) or len(part) < LEAST_POINTS:
        raise _broken(number, feature, _("une ligne a deux points au moins."))
    try:
        points = [(float(place[1]), float(place[0])) for place in part]
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise _broken(number, feature, _("un de ses points n’a pas deux nombres.")) from error
    if not all(abs(n) <= MOST_LATITUDE and abs(e) <= MOST_LONGITUDE for n, e in points):
        raise _broken(number, feature, _("un point n’est pas sur Terre\u00a0: il faut des degrés."))
    return points


def _broken(number: int, feature: dict[str, Any], reason: str) -> Refused:
    """Return the refusal of a feature, by its number and its name in the file."""
    tags = feature.get("properties")
    name = (tags.get("name") if isinstance(tags, dict) else "") or feature.get("id") or ""
    named = f"{number} ({name})" if name else str(number)
    return Refused(_("Objet %(named)s\u00a0: %(reason)s") % {"named": named, "reason": reason})
