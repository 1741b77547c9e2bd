"""Requests and answers as they travel: nested forms, JSON, query strings."""

import json
import re
import urllib.parse
from dataclasses import dataclass, field

from infra.stripe_simulator.errors import JSON, ParameterError

PIECE = re.compile(r"\[([^\]]*)\]")


@dataclass(slots=True)
class Request:
    """A request: method, path, query, headers in lower case, and the raw body."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(slots=True)
class Response:
    """A response, and how the network shall maltreat it on the way."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    network: str | None = None
    seconds: float = 0.0


def answer(status: int, body: JSON, headers: dict[str, str] | None = None) -> Response:
    """Wrap a JSON object as an answer."""
    text = json.dumps(body, indent=2, ensure_ascii=False).encode()
    return Response(status, text, {"Content-Type": "application/json"} | (headers or {}))


def decode_form(text: str) -> JSON:
    """Return nested objects from a[b][0][c]=d; an apparent list stays an object with digits."""
    out: JSON = {}
    for name, value in urllib.parse.parse_qsl(text, keep_blank_values=True):
        root, _, rest = name.partition("[")
        path = [root, *PIECE.findall("[" + rest)] if rest else [root]
        _place(out, path, value)
    return out


def _place(out: JSON, path: list[str], value: str) -> None:
    here = out
    for piece, following in zip(path, [*path[1:], None], strict=True):
        key = piece or str(len(here))
        if following is None:
            here[key] = _beside(here.get(key), value)
            return
        inner = here.setdefault(key, {})
        if not isinstance(inner, dict):
            raise ParameterError(f"Invalid object: {inner}", param=path[0])
        here = inner


def _beside(existing: object, value: str) -> object:
    if existing is None:
        return value
    if isinstance(existing, list):
        return [*existing, value]
    return [existing, value]


def decode_json(body: bytes) -> JSON:
    """Read a JSON object, and nothing else than an object."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except ValueError as error:
        raise ParameterError("The request body is not valid JSON.") from error
    if not isinstance(value, dict):
        raise ParameterError("The request body must be a JSON object.")
    return value


def as_list(value: object) -> list[str]:
    """Take a list however a client wrote it: once, repeated, with or without places."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [str(item) for item in value.values()]
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)]
