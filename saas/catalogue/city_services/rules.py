"""City services in a file: the CSV of a town, or an extract of OpenStreetMap in GeoJSON.

Each row of the file is read for itself: a broken one is told with its reason, the others stay.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.rules import typed_hours
from saas.catalogue.merchants.rules.shops import Opening
from saas.geocoding.rules import plain_text
from saas.kernel.errors import Refused
from saas.kernel.values.points import degrees
from tenants.spaces.rules.walks import check_place

MOST_ROWS = 2_000
LONGEST_WEBSITE = 200
# Objects and lists of a GeoJSON: more would hold a hundred megabytes of the web process.
MOST_PARTS = 200_000
OSM = "osm:"
# Columns of the CSV; those of hours, contact and id may be missing.
COLUMNS = ("name", "kind", "street", "postcode", "city", "latitude", "longitude")
OPTIONAL = ("hours", "description", "phone", "website", "id")
_FRENCH = {
    "nom": "name",
    "type": "kind",
    "genre": "kind",
    "adresse": "street",
    "rue": "street",
    "code_postal": "postcode",
    "ville": "city",
    "commune": "city",
    "lat": "latitude",
    "lon": "longitude",
    "horaires": "hours",
    "telephone": "phone",
    "site": "website",
}
_KINDS_OF_TAGS = {
    ("amenity", "library"): CityService.Kind.LIBRARY,
    ("amenity", "townhall"): CityService.Kind.TOWN_HALL,
    ("amenity", "kindergarten"): CityService.Kind.CHILDCARE,
    ("amenity", "childcare"): CityService.Kind.CHILDCARE,
    ("amenity", "bus_station"): CityService.Kind.TRANSPORT,
    ("amenity", "post_office"): CityService.Kind.OTHER,
    ("amenity", "community_centre"): CityService.Kind.OTHER,
    ("highway", "bus_stop"): CityService.Kind.TRANSPORT,
    ("railway", "station"): CityService.Kind.TRANSPORT,
    ("railway", "tram_stop"): CityService.Kind.TRANSPORT,
    ("leisure", "sports_centre"): CityService.Kind.SPORT,
    ("leisure", "swimming_pool"): CityService.Kind.SPORT,
    ("leisure", "stadium"): CityService.Kind.SPORT,
    ("leisure", "park"): CityService.Kind.PARK,
    ("leisure", "garden"): CityService.Kind.PARK,
}
_OSM_DAYS = {
    "Mo": "mon",
    "Tu": "tue",
    "We": "wed",
    "Th": "thu",
    "Fr": "fri",
    "Sa": "sat",
    "Su": "sun",
}
# Signs that JSON may escape and no text column takes.
_LOST_SIGN = re.compile("[\0\ud800-\udfff]")
_is_website = URLValidator(schemes=["http", "https"])
_SHAPES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "Polygon": 2, "MultiLineString": 2}
_SHAPES |= {"MultiPolygon": 3}


class ServiceRow(NamedTuple):
    """City service as a file describes it; `source` finds it again in a later file."""

    source: str
    name: str
    kind: str
    street: str
    postcode: str
    city: str
    latitude: Decimal
    longitude: Decimal
    hours: tuple[Opening, ...] = ()
    description: str = ""
    phone: str = ""
    website: str = ""


class WrongRow(NamedTuple):
    """Row of a file that cannot be a service, with its place in the file and the reason."""

    place: str
    reason: str


class ReadFile(NamedTuple):
    """Rows of a file, and those that were left out."""

    rows: list[ServiceRow]
    wrong: list[WrongRow]


def read(text: str) -> ReadFile:
    """Return the services of a file. Raises Refused for a file that is neither CSV nor GeoJSON."""
    body = text.lstrip("\ufeff \r\n\t")
    if not body:
        raise Refused(_("Choisissez un fichier, ou collez son contenu."), field="file")
    parts = _of_geojson(body) if body.startswith(("{", "[")) else _of_csv(body)
    found = ReadFile([], [])
    for number, part in enumerate(parts):
        _check_fits(number + 1, MOST_ROWS)
        (found.wrong if isinstance(part, WrongRow) else found.rows).append(part)  # type: ignore[arg-type]
    return _without_twins(found)


def _without_twins(found: ReadFile) -> ReadFile:
    """Leave out a second row of the same service."""
    known: dict[str, ServiceRow] = {}
    wrong = list(found.wrong)
    for row in found.rows:
        if row.source in known:
            wrong.append(
                WrongRow(row.name, Refused(_("ce service est deux fois dans le fichier.")).sentence)
            )
        else:
            known[row.source] = row
    return ReadFile(list(known.values()), wrong)


def _of_csv(body: str) -> Iterator[ServiceRow | WrongRow]:
    dialect = ";" if body.partition("\n")[0].count(";") else ","
    lines = _lines(csv.reader(io.StringIO(body), delimiter=dialect))
    header = [_column(name) for name in next(lines, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Refused(
            _("Il manque les colonnes %(missing)s.") % {"missing": ", ".join(missing)}, field="file"
        )
    for number, cells in enumerate(lines, start=2):
        if any(cells):
            place = _("ligne %(number)d") % {"number": number}
            words = dict(zip(header, map(str.strip, cells), strict=False))
            words["id"] = f"csv:{words['id']}" if words.get("id") else ""
            yield _built(place, words)


def _lines(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the lines of a CSV, empty ones too, up to the largest number. Raises Refused."""
    try:
        for number, cells in enumerate(reader):
            _check_fits(number, MOST_ROWS)
            yield cells
    except csv.Error as error:
        raise Refused(_("Ce fichier ne se lit pas."), field="file") from error


def _check_fits(count: int, most: int) -> None:
    if count > most:
        raise Refused(
            _("Ce fichier a plus de %(most)d lignes\u00a0: coupez-le en deux.")
            % {"most": MOST_ROWS},
            field="file",
        )


def _column(name: str) -> str:
    plain = plain_text(name.strip()).replace(" ", "_")
    return _FRENCH.get(plain, plain)


def _of_geojson(body: str) -> Iterator[ServiceRow | WrongRow]:
    _check_fits(body.count("{") + body.count("["), MOST_PARTS)
    try:
        features = json.loads(body)["features"]
        if not isinstance(features, list):
            raise TypeError("no list")  # noqa: TRY301 - one sentence for every other form
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(
            _(
                "Ce fichier n’est pas un GeoJSON\u00a0: il lui faut une liste "
                "«\u00a0features\u00a0»."
            ),
            field="file",
        ) from error
    for number, feature in enumerate(features, start=1):
        place = _("élément %(number)d") % {"number": number}
        found = _feature(place, feature)
        if found is not None:
            yield found


def _feature(place: str, feature: Any) -> ServiceRow | WrongRow | None:
    """Return the service of a feature; None for a thing of another kind, such as a bench."""
    tags = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(tags, dict):
        return WrongRow(place, Refused(_("il n’a pas de propriétés.")).sentence)
    kind = next((known for tag, known in _KINDS_OF_TAGS.items() if tags.get(tag[0]) == tag[1]), "")
    if not kind or not tags.get("name"):
        return None
    place = _LOST_SIGN.sub("\ufffd", f"{place}, {tags['name']}")
    try:
        longitude, latitude = _middle(feature.get("geometry"))
    except (TypeError, ValueError, KeyError, IndexError, ArithmeticError):
        return WrongRow(place, Refused(_("sa géométrie est cassée.")).sentence)
    street = f"{tags.get('addr:housenumber', '')} {tags.get('addr:street', '')}".strip()
    words = {
        "name": tags["name"],
        "kind": kind,
        "street": street,
        "postcode": tags.get("addr:postcode", ""),
        "city": tags.get("addr:city", ""),
        "latitude": f"{latitude:.6f}",
        "longitude": f"{longitude:.6f}",
        "hours": _hours_of_osm(str(tags.get("opening_hours", ""))),
        "phone": tags.get("contact:phone") or tags.get("phone", ""),
        "website": tags.get("contact:website") or tags.get("website", ""),
        "id": f"{OSM}{feature.get('id') or tags.get('@id') or tags['name']}",
    }
    return _built(place, {name: str(value or "") for name, value in words.items()})


def _middle(geometry: Any) -> tuple[float, float]:
    """Return the middle of a geometry's points as longitude and latitude."""
    points = list(_points(geometry["coordinates"], _SHAPES[geometry["type"]]))
    east = [float(point[0]) for point in points]
    north = [float(point[1]) for point in points]
    if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in zip(east, north, strict=True)):  # noqa: PLR2004 - degrees
        raise ValueError("outside the world")
    return (min(east) + max(east)) / 2, (min(north) + max(north)) / 2


def _points(coordinates: Any, depth: int) -> Iterable[Any]:
    if depth == 0:
        return [coordinates]
    return [point for part in coordinates for point in _points(part, depth - 1)]


def _hours_of_osm(text: str) -> str:
    """Return opening hours of OpenStreetMap in words that are read; holidays are left out."""
    parts = [
        rule for rule in text.split(";") if not re.search(r"\b[PS]H\b|\b[A-Z][a-z]{2} \d", rule)
    ]
    hours = ";".join(parts).replace("24/7", "24h/24").replace("off", "closed")
    return re.sub(r"\b(Mo|Tu|We|Th|Fr|Sa|Su)\b", lambda match: _OSM_DAYS[match[1]], hours)


def _built(place: str, words: dict[str, str]) -> ServiceRow | WrongRow:
    """Return the service of a row's words, or the reason why it is none."""
    try:
        return _service(words)
    except Refused as refusal:
        return WrongRow(place, refusal.sentence)


def _service(words: dict[str, str]) -> ServiceRow:
    if not words.get("name"):
        raise Refused(_("il manque le nom."))
    if any(map(_LOST_SIGN.search, words.values())):
        raise Refused(_("un signe de cette ligne ne se lit pas."))
    try:
        latitude, longitude = (
            degrees(words.get(name, "").replace(",", ".")) for name in ("latitude", "longitude")
        )
        check_place(latitude, longitude)
    except InvalidOperation as error:
        raise Refused(_("les coordonnées ne sont pas des nombres.")) from error
    postcode, city = words.get("postcode", ""), words.get("city", "")
    name = words["name"][:80]
    return ServiceRow(
        source=(words.get("id") or f"csv:{plain_text(name)}:{postcode}")[:60],
        name=name,
        kind=_kind(words.get("kind", "")),
        street=words.get("street", "")[:120],
        postcode=postcode[:10],
        city=city[:80],
        latitude=latitude,
        longitude=longitude,
        hours=_hours(words.get("hours", "")),
        description=words.get("description", "")[:600],
        phone=words.get("phone", "")[:20],
        website=_website(words.get("website", "")),
    )


def _website(text: str) -> str:
    """Return an address with its scheme; empty for anything else."""
    address = text if not text or "://" in text else f"https://{text}"
    try:
        _is_website(address)
    except ValidationError:
        return ""
    return address if len(address) <= LONGEST_WEBSITE else ""


def _kind(word: str) -> str:
    """Return a kind by its value or its label. Raises Refused for another word."""
    wanted = plain_text(word)
    for kind in CityService.Kind:
        if wanted in {kind.value, plain_text(str(kind.label))}:
            return str(kind.value)
    labels = ", ".join(str(kind.label) for kind in CityService.Kind)
    raise Refused(
        _("«\u00a0%(word)s\u00a0» n’est pas un genre de service\u00a0: %(labels)s.")
        % {"word": word, "labels": labels}
    )


def _hours(text: str) -> tuple[Opening, ...]:
    """Return the hours of a row; unreadable hours are left out, and shown as unknown."""
    openings, _reason = typed_hours.read_or_reason(text)
    return tuple(openings)
