"""A geocoder on this machine, in the form of the address base's own search."""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from saas.geocoding import actions, queries, tasks
from saas.geocoding.models import Address
from tests.fixtures.people import Browse

pytestmark = pytest.mark.django_db


def feature(kind: str = "housenumber", **changed: Any) -> dict[str, Any]:
    properties = {"type": kind, "name": "12 Rue Crébillon", "street": "Rue Crébillon"}
    properties |= {
        "housenumber": "12bis",
        "postcode": "44000",
        "citycode": "44109",
        "city": "Nantes",
    }
    geometry = {"type": "Point", "coordinates": changed.pop("coordinates", [-1.5607, 47.2136])}
    return {"type": "Feature", "geometry": geometry, "properties": properties | changed}


class Geocoder:
    """A search on this machine with a configured answer."""

    def __init__(self) -> None:
        self.status, self.requests, self.answer = 200, [], {"features": [feature()]}  # type: tuple[int, list[Any], Any]
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append(parse_qs(urlsplit(self.path).query))
                body = json.dumps(outer.answer).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Suppress the log."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def geocoder(settings: Any) -> Iterator[Geocoder]:
    made = Geocoder()
    settings.GEOCODER_URL = f"http://127.0.0.1:{made.server.server_port}/search/"
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def look_up(text: str) -> None:
    assert actions.ask(text=text, at=timezone.now())
    tasks.look_up(queries.digest_of(text))


def test_a_geocoders_answer_joins_the_addresses(geocoder: Geocoder, browse: Browse) -> None:
    client = browse(space="")
    first = client.get("/addresses/", {"q": "12 bis rue creb"}).json()
    assert first == {"addresses": [], "pending": True}
    tasks.look_up(queries.digest_of("12 bis rue creb"))
    second = client.get("/addresses/", {"q": "12 bis rue creb"}).json()

    assert [one["label"] for one in second["addresses"]] == ["12 bis Rue Crébillon, 44000 Nantes"]
    assert not second["pending"]
    assert geocoder.requests == [{"q": ["12 bis rue creb"], "limit": ["6"], "autocomplete": ["1"]}]


def test_wrong_answers_of_a_geocoder_are_left_out(geocoder: Geocoder) -> None:
    wrong = [feature("municipality"), feature(coordinates=[47.2, -1.5]), feature(postcode=None)]
    geocoder.answer = {"features": [*wrong, {}, 3, feature(coordinates=["x", None])]}
    look_up("12 rue crebillon")
    assert not Address.objects.exists()


@pytest.mark.parametrize(("status", "answer"), [(500, {}), (200, []), (200, {"features": 3})])
def test_a_silent_geocoder_is_asked_again_later(
    geocoder: Geocoder, status: int, answer: Any
) -> None:
    geocoder.status, geocoder.answer = status, answer
    look_up("12 rue crebillon")
    assert not actions.ask(text="12 rue crebillon", at=timezone.now())
    assert not Address.objects.exists()


def test_without_a_geocoder_no_question_is_kept() -> None:
    assert not actions.ask(text="12 rue crebillon", at=timezone.now())
