"""Objects of `kubectl create`, which come as protobuf: namespaces, secrets and maps."""

import base64
from collections.abc import Iterator
from typing import Any

MAGIC = b"k8s\x00"
_TYPE, _OBJECT = 1, 2  # of the envelope
_METADATA, _DATA = 1, 2  # of each kind that is read here
_FIRST, _SECOND = 1, 2  # a name, or a key and its value
_MORE = 0x80
_BYTES = 2


def manifest_of(raw: bytes) -> dict[str, Any]:
    """Return an object as JSON has it."""
    envelope = dict(_fields(raw.removeprefix(MAGIC)))
    version, kind = (dict(_fields(envelope[_TYPE]))[number].decode() for number in (1, 2))
    rows = list(_fields(envelope[_OBJECT]))
    metadata = dict(_fields(dict(rows)[_METADATA]))
    found = {"apiVersion": version, "kind": kind, "metadata": {"name": metadata[_FIRST].decode()}}
    if kind == "Namespace":
        return found
    pairs = [dict(_fields(row)) for number, row in rows if number == _DATA]
    is_secret = kind == "Secret"
    data = {
        pair[_FIRST].decode(): (
            base64.b64encode(pair.get(_SECOND, b"")) if is_secret else pair[_SECOND]
        ).decode()
        for pair in pairs
    }
    return {**found, "data": data}


def _fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each field; those of numbers are empty."""
    at = 0
    while at < len(raw):
        tag, at = _number(raw, at)
        size, at = _number(raw, at)
        if tag & 7 != _BYTES:
            yield tag >> 3, b""
            continue
        yield tag >> 3, raw[at : at + size]
        at += size


def _number(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & ~_MORE) << shift
        at, shift = at + 1, shift + 7
        if not byte & _MORE:
            return value, at
