"""The request as a WSGI application reads it, from the server's own reading of it."""

import io
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

from saas.kernel.web.addresses import client_address, is_in
from saas.serving.bodies import Body

type Scope = dict[str, Any]
type Headers = Iterable[tuple[bytes, bytes]]

_TRACES = (b"sentry-trace", b"baggage", b"traceparent")
_FORWARDED_FOR, _FORWARDED_PROTO = b"x-forwarded-for", b"x-forwarded-proto"


def environ_of(scope: Scope, body: Body | None, *, length: int) -> dict[str, Any]:
    """Return the environ of PEP 3333; `length` is that of the body that was read, or refused."""
    host, port = scope.get("server") or ("localhost", 80)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path_of(scope).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": client_of(scope),
        "CONTENT_LENGTH": str(length) if length else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body.file if body else io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **_variables(_believed(scope)),
    }


def client_of(scope: Scope) -> str:
    """Return the client's address: the socket's, or the address that a trusted proxy forwards."""
    forwarded = ",".join(
        value.decode("latin-1") for name, value in scope["headers"] if name == _FORWARDED_FOR
    )
    return client_address(_peer_of(scope), forwarded, settings.TRUSTED_PROXIES)


def _peer_of(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def _believed(scope: Scope) -> Headers:
    """Return the headers; headers that only a trusted proxy may set are dropped from others.

    Forwarded addresses are never passed on: the client's is already in `REMOTE_ADDR`. Trace names
    are not passed on either: a stranger would decide which of ours are kept.
    """
    dropped = {_FORWARDED_FOR, *_TRACES}
    if not is_in(_peer_of(scope), settings.TRUSTED_PROXIES):
        dropped.add(_FORWARDED_PROTO)
    return [(name, value) for name, value in scope["headers"] if name.lower() not in dropped]


def path_of(scope: Scope) -> bytes:
    """Return the path with its escapes undone, as bytes: they need be no text."""
    return unquote_to_bytes(scope["raw_path"])


def header(headers: Headers, name: bytes) -> str:
    """Return a header's value, or nothing."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def _variables(headers: Headers) -> dict[str, str]:
    """Name each header as CGI does.

    `X_Forwarded_Proto` would be taken for `X-Forwarded-Proto`, which a proxy of ours may set:
    no name with an underscore is passed on. The length is that of the body which was read, whole.
    """
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if "_" in name or name in {"content-length", "transfer-encoding"}:
            continue
        variable = name.upper().replace("-", "_")
        if name != "content-type":
            variable = f"HTTP_{variable}"
        joint = "; " if name == "cookie" else ","
        found[variable] = f"{found[variable]}{joint}{value}" if variable in found else value
    return found
