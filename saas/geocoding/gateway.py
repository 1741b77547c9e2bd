"""The geocoder: a service with the form of the French address base's own (`/search/`)."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from saas.geocoding import rules
from saas.kernel.errors import Refused
from saas.kernel.values.points import degrees
from saas.kernel.web import outgoing

SECONDS, MOST_BYTES, MOST_ANSWERS = 4, 64 * 1024, 6
_NAMES = {"housenumber": "street", "street": "name", "locality": "name"}  # by type of feature


class Answer(NamedTuple):
    """An address as the geocoder describes it."""

    insee: str
    name: str
    postcode: str
    city: str
    number: int
    suffix: str
    latitude: Decimal
    longitude: Decimal


def ask(text: str) -> list[Answer]:
    """Return the geocoder's addresses for a text.

    Raises OSError, AddressRefusedError, TooLargeError, BusyError, or ValueError for an answer of
    another form.
    """
    query = urlencode({"q": text, "limit": MOST_ANSWERS, "autocomplete": 1})
    body = outgoing.fetch(
        f"{settings.GEOCODER_URL}?{query}",
        most_bytes=MOST_BYTES,
        seconds=SECONDS,
        local=_own_network(),
    )
    read = json.loads(body)
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list):
        raise ValueError("no list of features")  # noqa: TRY004 - as other answers of a wrong form
    return [answer for feature in features[:MOST_ANSWERS] if (answer := _answer(feature))]


def _own_network() -> tuple[str, ...]:
    """Return the geocoder's host if the operator runs it in their own network, without TLS."""
    parts = urlsplit(settings.GEOCODER_URL)
    return (parts.netloc,) if parts.scheme == "http" else ()


def _answer(feature: Any) -> Answer | None:
    """Return the address of a feature; None for a town, or a feature that cannot be a place."""
    try:
        properties, (east, north, *_more) = (
            feature["properties"],
            feature["geometry"]["coordinates"],
        )
        name = properties[_NAMES[properties["type"]]]
        number, suffix = _house(str(properties.get("housenumber") or "0"))
        answer = Answer(
            str(properties["citycode"])[:5],
            str(name)[:120],
            str(properties["postcode"])[:5],
            str(properties["city"])[:80],
            *(number, suffix, degrees(north), degrees(east)),
        )
        rules.check_postcode(answer.postcode)
        rules.check_in_france(answer.postcode, answer.latitude, answer.longitude)
    except (KeyError, TypeError, ValueError, InvalidOperation, Refused):
        return None
    return answer


def _house(text: str) -> tuple[int, str]:
    question = rules.question_of(f"{text} x")
    return question.number or 0, question.suffix
