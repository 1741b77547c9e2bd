"""Bodies with files in them, valid bodies and bodies that no browser sends."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from infra.drills.inside.access.uploads.places import Place
from infra.drills.inside.access.uploads.samples import CANARY, Sample

BOUNDARY = "----troovon"
SENT_AS = f"multipart/form-data; boundary={BOUNDARY}"
MANY = 10_000


class Body(NamedTuple):
    """A body and its content type."""

    what: str
    content: bytes
    content_type: str = SENT_AS


def form(place: Place, samples: Sequence[Sample], **typed: str) -> bytes:
    """Write the form of a place with these files in its field."""
    words = {**place.typed, **typed}
    parts = [_part(f'name="{name}"', value.encode()) for name, value in words.items()]
    parts += [
        _part(
            f'name="{place.field}"; filename="{sample.name}"', sample.content, sample.content_type
        )
        for sample in samples
    ]
    return _joined(parts)


def odd(place: Place, sample: Sample) -> Iterator[Body]:
    """Write forms that no browser would."""
    field, content = f'name="{place.field}"', sample.content
    file = _part(f'{field}; filename="a.jpg"', content, "image/jpeg")
    empty = _part(f'{field}; filename="a.jpg"', b"")
    yield Body("10,000 files", _joined([empty] * MANY))
    yield Body("10,000 fields", _joined([_part('name="a"', b"x")] * MANY))
    yield Body("50 times one field", _joined([file] * 50))
    yield Body("files without a name", _joined([_part(f"{field}; filename=x", content)]))
    yield Body("no end", _joined([file])[:-40])
    yield Body("no boundary", _joined([file]), "multipart/form-data")
    yield Body("another boundary", _joined([file]), "multipart/form-data; boundary=other")
    yield Body("words that are no words", _joined([_part('name="title"', b"\xed\xa0\x80\0"), file]))
    yield Body("another alphabet", _joined([file]), f"{SENT_AS}; charset=utf-16")
    yield Body("no alphabet", _joined([file]), f"{SENT_AS}; charset={CANARY}")
    yield Body("a head of 100 kB", _joined([_part(f'{field}; filename="{"x" * 100_000}"', b"")]))
    yield Body(
        "base64 that is none",
        _joined([_part(f'{field}; filename="a"\r\nContent-Transfer-Encoding: base64', b"=a=")]),
    )
    yield Body("a file where words stand", _joined([_part('name="title"; filename="t"', content)]))
    yield Body("words where a file stands", _joined([_part(field, content)]))
    yield Body("a picture alone", content, "image/jpeg")
    yield Body("JSON that is a picture", content, "application/json")


def _part(named: str, content: bytes, content_type: str = "") -> bytes:
    kind = f"\r\nContent-Type: {content_type}" if content_type else ""
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {named}{kind}\r\n\r\n"
    return head.encode("utf-8", "surrogatepass") + content + b"\r\n"


def _joined(parts: Sequence[bytes]) -> bytes:
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
