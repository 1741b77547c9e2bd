"""Search of addresses while they are typed, and addresses around a point."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

from saas.geocoding import rules
from saas.geocoding.models import Address, Street
from saas.geocoding.rules import Found, Question
from saas.kernel import cache
from saas.kernel.secrets import tokens

MOST_FOUND, MOST_STREETS, MOST_LOOKED_AT = 6, 6, 400
FEW = 3  # with fewer, the geocoder is asked as well
QUESTION_SECONDS, ANSWER_SECONDS = 20, 24 * 60 * 60


class Suggestions(NamedTuple):
    """Addresses for a typed text; `pending`: the geocoder has yet to answer."""

    found: list[Found]
    pending: bool = False


def search(text: str) -> list[Found]:
    """Return the addresses that begin like a typed text, the best first."""
    question = rules.question_of(text)
    if not question.is_long_enough:
        return []
    streets = _streets_like(question)
    return [found for street in streets for found in _in_street(street, question)][:MOST_FOUND]


def resolve(text: str) -> list[Found]:
    """Return the single address that a text names, or the addresses that it may mean."""
    found = search(text)
    key = rules.key_of(text)
    named = [one for one in found if rules.key_of(one.label) == key]
    return named[:1] or found


def is_offered() -> bool:
    """Return True if addresses can be searched: a file was loaded, or a geocoder is named."""
    return bool(settings.GEOCODER_URL) or Street.objects.exists()


def points_near(postcode: str, latitude: float, longitude: float) -> list[tuple[float, float]]:
    """Return the addresses of a postcode around a point, in the nine squares that touch it."""
    cells = rules.cells_around(latitude, longitude, metres=rules.POSTCODE_METRES)
    near = Address.objects.filter(cell__in=cells, street__postcode=postcode)
    points = near.values_list("latitude", "longitude")[:MOST_LOOKED_AT]
    return [(float(north), float(east)) for north, east in points]


def knows_postcode(postcode: str) -> bool:
    """Return True if addresses of a postcode were loaded."""
    return Street.objects.filter(postcode=postcode).exists()


def digest_of(text: str) -> str:
    """Return the name under which the store keeps a question to the geocoder."""
    return tokens.hashed(rules.key_of(text))


def is_asked(digest: str) -> bool:
    """Return True if the geocoder was asked a question a short while ago."""
    return bool(cache.stored_value(_asked(digest), otherwise=False))


def is_answered(digest: str) -> bool:
    """Return True if the geocoder has answered a question, or failed to, within a day."""
    return bool(cache.stored_value(_answered(digest), otherwise=False))


def question_asked(digest: str) -> str:
    """Return the text of a question, or an empty text if nobody waits for it any longer."""
    return str(cache.stored_value(_asked(digest), otherwise=""))


def remember_question(digest: str, text: str) -> None:
    """Store a question for the job that asks the geocoder."""
    cache.store_value(_asked(digest), text[: rules.LONGEST], seconds=QUESTION_SECONDS)


def remember_answer(digest: str, *, seconds: int = ANSWER_SECONDS) -> None:
    """Store that the geocoder has answered."""
    cache.store_value(_answered(digest), value=True, seconds=seconds)


def _asked(digest: str) -> str:
    return f"geocoding:asked:{digest}"


def _answered(digest: str) -> str:
    return f"geocoding:answered:{digest}"


def _streets_like(question: Question) -> Sequence[Street]:
    """Return the streets of all the words; streets with each word as it is typed come first."""
    vector = SearchVector("words", config="simple")
    query = SearchQuery(rules.tsquery_of(question), config="simple", search_type="raw")
    rows = Street.objects.annotate(vector=vector).filter(vector=query)
    return sorted(rows[:MOST_LOOKED_AT], key=partial(_rank, question))[:MOST_STREETS]


def _rank(question: Question, street: Street) -> tuple[int, int, str, int]:
    """Return the order of a street: whole words, then short names."""
    words = street.words.split()
    whole = sum(word in words for word in question.words)
    return -whole, len(words), street.words, street.pk


def _in_street(street: Street, question: Question) -> Iterable[Found]:
    """Return the asked number of a street, its other suffixes, or the street itself."""
    rows = list(_numbers(street, question)) if question.number is not None else []
    if not rows:
        place = (street.latitude, street.longitude)
        return [Found(street.name, street.postcode, street.city, *place, numbered=False)]
    exact = [row for row in rows if row.suffix == question.suffix]
    return [
        Found(
            rules.numbered(row.number, row.suffix, street.name),
            *(street.postcode, street.city, row.latitude, row.longitude),
        )
        for row in exact + [row for row in rows if row.suffix != question.suffix]
    ]


def _numbers(street: Street, question: Question) -> Iterable[Address]:
    typed = Q(number=question.number)
    return Address.objects.filter(typed, street=street).order_by("suffix")[:MOST_FOUND]
