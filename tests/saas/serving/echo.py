"""A WSGI application that returns its request, behind the product's own server."""

import json
import time
from collections.abc import Iterable
from typing import Any

import django

django.setup()

from saas.serving.limits import Limits  # noqa: E402 - needs the settings
from saas.serving.site import Site  # noqa: E402

LONG = 3_000_000


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/long":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"x" * 1000 for _ in range(LONG // 1000))
    if environ["PATH_INFO"] == "/nap":
        time.sleep(0.2)
    body = environ["wsgi.input"].read()
    values = {name: value for name, value in environ.items() if isinstance(value, str)}
    text = json.dumps({**values, "read": len(body)}).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [text]


application = Site(echo, Limits(seconds=1, idle_seconds=0.3))
