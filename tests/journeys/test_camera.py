"""The camera of `troovon screenshots` detects the faults of a page, and only faults."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser

from infra.screenshots.camera import Camera
from infra.screenshots.findings import Findings

pytestmark = pytest.mark.proof

HEAD = '<!doctype html><html lang="fr"><head><title>Une page</title>'
HEAD += '<link rel="stylesheet" href="/sheet.css"></head><body><main>'
RIGHT = f"{HEAD}<h1>Une page</h1><p>Rien à redire.</p></main></body></html>"
WRONG = (
    f"{HEAD}<h1>Une page</h1><h1>Deux titres</h1>"
    '<button></button><img src="/none.png"><input name="q">'
    '<p style="color: red">En ligne</p><div class="wide"></div>'
    '<p class="narrow">Médiathèque, CAFÉ-4711 et www.quartier.example</p></main></body></html>'
)
SHEET = ".wide { width: 900px; height: 1px; } .narrow { width: 3em; overflow-wrap: anywhere; }"
POLICY = "default-src 'self'"
GONE = f"{HEAD}<h1>Rien ici</h1></main></body></html>"
ANSWERS = {
    "/right/": (200, "text/html; charset=utf-8", RIGHT),
    "/wrong/": (200, "text/html; charset=utf-8", WRONG),
    "/sheet.css": (200, "text/css", SHEET),
    "/favicon.ico": (200, "image/x-icon", ""),
}


class Site(BaseHTTPRequestHandler):
    """A correct page, a page full of faults, and 404 elsewhere."""

    def do_GET(self) -> None:
        status, kind, body = ANSWERS.get(self.path, (404, "text/html; charset=utf-8", GONE))
        self.send_response(status)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_words: Any) -> None:
        """Suppress the log."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path, site: str) -> Any:
    def pictured(path: str, status: int = 200) -> Findings:
        camera = Camera(browser, people=[], sessions={}, folder=tmp_path, lang="fr")
        stop = {"page": path, "host": "public", "look": "", "role": "nobody", "space": None}
        return camera.visit({**stop, "url": f"{site}{path}", "status": status})

    return pictured


def test_a_page_that_is_right_is_pictured_four_times(visit: Any, tmp_path: Path) -> None:
    found = visit("/right/")

    assert found.fine, found.details()
    taken = {path.name: _width_of(path) for path in tmp_path.iterdir()}
    assert taken == {
        "public-right-360-light.png": 360,
        "public-right-360-dark.png": 360,
        "public-right-1280-light.png": 1280,
        "public-right-1280-dark.png": 1280,
    }


def _width_of(path: Path) -> int:
    with Image.open(path) as picture:
        return picture.width


def test_each_planted_fault_is_found(visit: Any) -> None:
    found = visit("/wrong/")

    assert not found.fine
    assert {"button-name", "image-alt", "label"} <= found.axe.keys()
    assert set(found.shape) == {"2 h1", "a style attribute", "« Médiathèque » is broken"}
    assert found.overflow > 500
    assert found.policy
    assert any("404" in line for line in found.console)


def test_unexpected_status_is_a_fault(visit: Any) -> None:
    assert not visit("/right/", status=404).fine
    assert visit("/gone/", status=404).fine
