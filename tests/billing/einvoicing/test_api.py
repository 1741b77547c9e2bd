"""The API of a platform: answers of any size and form leave the caller and the others whole."""

import base64
import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import LazySettings

from billing.einvoicing.gateway.api import ApiPlatform
from billing.einvoicing.gateway.platform import PlatformAwayError
from tests.fixtures.people import AT

MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.7 facture"
FLOWS = ("good", "../../large", "damaged", "last")


class Answering(BaseHTTPRequestHandler):
    """A platform with four invoices, two of which have an unusable file."""

    paths: list[str]
    sizes: list[int]
    results: object

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(json.dumps({"results": self.results}).encode())

    def do_GET(self) -> None:
        self.paths.append(self.path)
        if "large" in self.path:
            self._answer(b'{"content": "', *[b"A" * MEGABYTE] * 200, b'"}')
        elif "damaged" in self.path:
            self._answer(b'{"content": "no base64!"}')
        else:
            self._answer(json.dumps({"content": base64.b64encode(PDF).decode()}).encode())

    def _answer(self, *pieces: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(sum(map(len, pieces))))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the client has read enough
            for piece in pieces:
                self.wfile.write(piece)
                self.sizes.append(len(piece))

    def log_message(self, *_words: object) -> None:
        """Stay silent."""


@pytest.fixture
def platform(settings: LazySettings) -> Iterator[type[Answering]]:
    handler = type("Answering", (Answering,), {"paths": [], "sizes": [], "results": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.EINVOICING_API_BASE = f"http://127.0.0.1:{server.server_port}/v1"
    settings.EINVOICING_API_KEY = "key"
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_unusable_file_of_a_supplier_is_no_obstacle_to_the_others(
    platform: type[Answering],
) -> None:
    platform.results = [
        {"flowId": name, "seller": "Roche" * 100, "grossCents": 10**40} for name in FLOWS
    ]
    found = list(ApiPlatform().supplied(AT))
    assert [one.content for one in found] == [PDF, b"", b"", PDF]
    assert {(len(one.name), one.gross_cents) for one in found} == {(200, 0)}
    assert platform.paths[1] == "/v1/flows/..%2F..%2Flarge?docType=Original"
    assert sum(platform.sizes) < 60 * MEGABYTE


@pytest.mark.parametrize("results", [None, "x", {"a": 1}])
def test_answer_of_another_form_means_that_the_platform_is_away(
    platform: type[Answering], results: object
) -> None:
    platform.results = results
    with pytest.raises(PlatformAwayError):
        list(ApiPlatform().supplied(AT))
