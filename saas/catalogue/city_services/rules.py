"""City services in a file: the CSV of a town, or an extract of OpenStreetMap in GeoJSON.

A child opens the file (`kernel.sandbox.openers.services`). Each row is judged for itself: a broken
one is named with its reason, the others stay.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from saas.catalogue.city_services.models import CityService, ServiceFile
from saas.catalogue.merchants.rules import typed_hours
from saas.catalogue.merchants.rules.shops import Opening
from saas.geocoding.rules import plain_text
from saas.kernel.errors import Refused
from saas.kernel.values.points import degrees
from saas.kernel.web.bodies import MEGABYTE
from tenants.spaces.rules.walks import check_place

LONGEST_WEBSITE = 200
MOST_BYTES = 5 * MEGABYTE
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
TAGS = [list(pair) for pair in _KINDS_OF_TAGS]
# What the opener puts in place of a sign that no text column takes.
_LOST_SIGN = "\ufffd"
_is_website = URLValidator(schemes=["http", "https"])


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


def check_size(size: int) -> None:
    """Raise Refused if a file is empty or too large."""
    if not size:
        raise Refused(_("Choisissez un fichier, ou collez son contenu."), field="file")
    if size > MOST_BYTES:
        raise Refused(_("Ce fichier fait plus de 5\u00a0Mo."), field="file")


def check_is_read(file: ServiceFile | None) -> dict[str, Any]:
    """Return what a file holds. Raises Refused if it is gone, or not read."""
    if file is None:
        raise Refused(_("Ce fichier est déjà importé, ou écarté."))
    if file.found is None:
        raise Refused(_("Ce fichier n’est pas encore lu."))
    found: dict[str, Any] = file.found
    return found


def check_has_rows(found: ReadFile) -> None:
    """Raise Refused if a file has no service to import."""
    if not found.rows:
        raise Refused(_("Ce fichier n’a aucun service à importer."))


def read(found: dict[str, Any]) -> ReadFile:
    """Return the services of an opened file. Raises Refused if columns are missing."""
    parts = _of_geojson(found["features"]) if "features" in found else _of_csv(found["lines"])
    file = ReadFile([], [])
    for part in parts:
        (file.wrong if isinstance(part, WrongRow) else file.rows).append(part)  # type: ignore[arg-type]
    return _without_twins(file)


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


def _of_csv(lines: list[tuple[int, list[str]]]) -> Iterator[ServiceRow | WrongRow]:
    header = [_column(name) for name in lines[0][1]]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Refused(
            _("Il manque les colonnes %(missing)s.") % {"missing": ", ".join(missing)}, field="file"
        )
    for number, cells in lines[1:]:
        place = _("ligne %(number)d") % {"number": number}
        words = dict(zip(header, cells, strict=False))
        words["id"] = f"csv:{words['id']}" if words.get("id") else ""
        yield _built(place, words)


def _column(name: str) -> str:
    plain = plain_text(name.strip()).replace(" ", "_")
    return _FRENCH.get(plain, plain)


def _of_geojson(features: list[dict[str, Any]]) -> Iterator[ServiceRow | WrongRow]:
    for feature in features:
        place = _("élément %(number)d") % {"number": feature["number"]}
        yield _feature(place, feature["tags"], feature["middle"])


def _feature(
    place: str, tags: dict[str, str] | None, middle: list[str] | None
) -> ServiceRow | WrongRow:
    if tags is None:
        return WrongRow(place, Refused(_("il n’a pas de propriétés.")).sentence)
    place = f"{place}, {tags['name']}"
    if middle is None:
        return WrongRow(place, Refused(_("sa géométrie est cassée.")).sentence)
    kinds = (kind for (key, value), kind in _KINDS_OF_TAGS.items() if tags.get(key) == value)
    words = {
        "name": tags["name"],
        "kind": str(next(kinds)),
        "street": f"{tags['addr:housenumber']} {tags['addr:street']}".strip(),
        "postcode": tags["addr:postcode"],
        "city": tags["addr:city"],
        "longitude": middle[0],
        "latitude": middle[1],
        "hours": _hours_of_osm(tags["opening_hours"]),
        "phone": tags["contact:phone"] or tags["phone"],
        "website": tags["website"],
        "id": f"{OSM}{tags['@id']}",
    }
    return _built(place, words)


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
    if any(_LOST_SIGN in word for word in words.values()):
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
