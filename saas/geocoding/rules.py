"""How an address is read and compared, and in which part of the world its postcode lies."""

import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.values.points import Point, degrees_around, metres

CELLS_A_DEGREE, CELLS_A_ROW = 100, 100_000
MOST_LATITUDE, MOST_LONGITUDE = 90, 180
# How far a pin may be moved from its address, and may lie from any address of its postcode.
PIN_METRES, POSTCODE_METRES = 500, 3_000
# A piece of a street reaches so far from its first point, at most.
PIECE_METRES = 400
LONGEST = 160
MOST_WORDS = 8
MINIMUM_LENGTH = 3
NO_NUMBER = frozenset({0, 99_999})  # a hamlet in the address base
# Words that many thousand streets share: only the others are looked up if there are others.
COMMON = frozenset(
    (
        *("rue", "avenue", "av", "boulevard", "bd", "place", "pl", "chemin", "che", "route", "rte"),
        *("impasse", "imp", "allee", "allees", "quai", "square", "cours", "passage", "lieu", "dit"),
        *("de", "du", "des", "la", "le", "les", "d", "l", "et", "en", "sur", "a", "au", "aux"),
    )
)
_NUMBER = re.compile(r"\s*(\d{1,5})\s*(bis|ter|quater|[a-z](?=\s))?\s*,?\s+(?=\S)", re.IGNORECASE)
FRENCH_POSTCODE = re.compile(r"[0-9]{5}")


class Box(NamedTuple):
    """Borders in degrees: south, north, west, east."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Return True if a point lies inside the borders."""
        inside = self.south <= latitude <= self.north
        return inside and self.west <= longitude <= self.east


MAINLAND = Box(41.2, 51.2, -5.3, 9.7)
OVERSEAS = {
    "971": Box(15.7, 18.2, -63.3, -60.9),
    "972": Box(14.3, 15.0, -61.3, -60.7),
    "973": Box(2.0, 6.0, -54.7, -51.5),
    "974": Box(-21.5, -20.8, 55.1, 55.9),
    "975": Box(46.7, 47.3, -56.6, -56.0),
    "976": Box(-13.1, -12.5, 44.9, 45.4),
    "977": Box(17.8, 18.0, -63.0, -62.7),
    "978": Box(18.0, 18.2, -63.2, -62.9),
    "986": Box(-14.5, -13.1, -178.3, -176.0),
    "987": Box(-28.0, -7.8, -155.0, -134.0),
    "988": Box(-23.0, -17.5, 156.0, 172.0),
}


class Question(NamedTuple):
    """An address as it is typed so far: a number, its suffix, and the words that follow."""

    number: int | None
    suffix: str
    words: tuple[str, ...]

    @property
    def significant(self) -> tuple[str, ...]:
        """Return the words that tell streets apart, or all words if there are no others."""
        return tuple(word for word in self.words if word not in COMMON) or self.words

    @property
    def is_long_enough(self) -> bool:
        """Whether enough letters are typed for a search."""
        return sum(map(len, self.significant)) >= MINIMUM_LENGTH


class Found(NamedTuple):
    """An address that was found, with its coordinates."""

    street: str
    postcode: str
    city: str
    latitude: Decimal
    longitude: Decimal
    numbered: bool = True

    @property
    def label(self) -> str:
        """The address on a line, as the search field shows it."""
        return label_of(self.street, self.postcode, self.city)


def label_of(street: str, postcode: str, city: str) -> str:
    """Return an address on a line: 12 rue de la Halle, 44000 Nantes."""
    town = f"{postcode} {city}".strip()
    return ", ".join(part for part in (street.strip(), town) if part)


def key_of(text: str) -> str:
    """Return the words of an address in small letters, without accents or signs."""
    return " ".join(re.findall(r"[a-z0-9]+", plain_text(text)))


def plain_text(text: str) -> str:
    """Return a text in small letters without accents."""
    joined = text.lower().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", joined)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def words_of(name: str, postcode: str, city: str) -> str:
    """Return the words by which a street is found."""
    return key_of(f"{name} {postcode} {city}")


def question_of(text: str) -> Question:
    """Return the number and the words of an address that is being typed."""
    plain = unicodedata.normalize("NFKC", text)[:LONGEST]
    match = None if FRENCH_POSTCODE.match(plain.strip()) else _NUMBER.match(plain)
    if match is None:
        return Question(None, "", tuple(key_of(plain).split()[:MOST_WORDS]))
    words = tuple(key_of(plain[match.end() :]).split()[:MOST_WORDS])
    return Question(int(match[1]), (match[2] or "").lower(), words)


def tsquery_of(question: Question) -> str:
    """Return the search of the words in PostgreSQL's notation; each may be the start of a word."""
    return " & ".join(f"{word}:*" for word in question.significant)


def numbered(number: int, suffix: str, name: str) -> str:
    """Return the street line of an address: 12 bis rue de la Halle."""
    if number in NO_NUMBER:
        return name
    return " ".join(part for part in (str(number), suffix, name) if part)


def cell_of(latitude: Decimal | float, longitude: Decimal | float) -> int:
    """Return the number of the square of a hundredth of a degree that holds a point."""
    row = math.floor(float(latitude) * CELLS_A_DEGREE)
    return row * CELLS_A_ROW + math.floor(float(longitude) * CELLS_A_DEGREE)


def cells_around(latitude: float, longitude: float, *, metres: float) -> list[int]:
    """Return the squares that a circle around a point touches."""
    high, wide = degrees_around(latitude, metres)
    rows = _steps(latitude - high, latitude + high)
    columns = _steps(longitude - wide, longitude + wide)
    return [row * CELLS_A_ROW + column for row in rows for column in columns]


def pieces_of(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Cut a line into adjacent pieces of `PIECE_METRES` at most."""
    piece, length = [points[0]], 0.0
    for point in _dense(points):
        step = metres(piece[-1], point)
        if length + step > PIECE_METRES and len(piece) > 1:
            yield piece
            piece, length = [piece[-1]], 0.0
        piece.append(point)
        length += step
    if len(piece) > 1:
        yield piece


def _dense(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the points after the first, with others between two that are far apart."""
    for (north, east), (next_north, next_east) in itertools.pairwise(points):
        parts = math.ceil(metres((north, east), (next_north, next_east)) / PIECE_METRES) or 1
        for part in range(1, parts + 1):
            share = part / parts
            yield north + (next_north - north) * share, east + (next_east - east) * share


def _steps(first: float, last: float) -> Iterable[int]:
    return range(math.floor(first * CELLS_A_DEGREE), math.floor(last * CELLS_A_DEGREE) + 1)


def box_of(postcode: str) -> Box:
    """Return the borders of the part of France that a postcode belongs to."""
    return OVERSEAS.get(postcode[:3], MAINLAND)


def check_postcode(postcode: str) -> None:
    """Raise Refused for a postcode that is not French."""
    if not FRENCH_POSTCODE.fullmatch(postcode):
        raise Refused(_("Un code postal français a cinq chiffres."), field="postcode")


def check_in_france(postcode: str, latitude: Decimal | float, longitude: Decimal | float) -> None:
    """Raise Refused if coordinates lie outside France, or have changed places."""
    box, point = box_of(postcode), (float(latitude), float(longitude))
    if box.holds(*point):
        return
    if box.holds(point[1], point[0]):
        raise Refused(
            _("La latitude et la longitude sont échangées\u00a0: la latitude vient d’abord."),
            field="latitude",
        )
    raise Refused(
        _("Ce point n’est pas en France, ou pas au bon endroit\u00a0: vérifiez l’adresse."),
        field="latitude",
    )


def check_near(point: Point, others: Iterable[Point]) -> None:
    """Raise Refused if a point is far from every known address of its postcode: sea, other town."""
    if all(metres(point, other) > POSTCODE_METRES for other in others):
        raise Refused(
            _(
                "Ce point est loin de toute adresse de ce code postal\u00a0: vérifiez l’un "
                "et l’autre."
            ),
            field="latitude",
        )


def check_pin(found: Found, latitude: Decimal, longitude: Decimal) -> None:
    """Raise Refused if a pin was moved far from its address."""
    pin = (float(latitude), float(longitude))
    if metres((float(found.latitude), float(found.longitude)), pin) > PIN_METRES:
        raise Refused(
            _("L’épingle est à plus de 500 m de cette adresse\u00a0: replacez-la à votre porte."),
            field="latitude",
        )
