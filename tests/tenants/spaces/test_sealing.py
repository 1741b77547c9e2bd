"""A sealed archive is unreadable to strangers, and accepted whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from saas.kernel.errors import Refused
from tenants.spaces import sealing

WORD = b"Kanari-7Q3X "
SIZES = (0, 1, 63, 64, 65, 128, 200)
CHUNK = 64
SEALED_CHUNK = CHUNK + sealing.TAG_BYTES


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK_BYTES", CHUNK)


def sealed(folder: Path, content: bytes) -> Path:
    (folder / "plain").write_bytes(content)
    sealing.seal(folder / "plain", folder / "sealed")
    return folder / "sealed"


def opened(path: Path) -> bytes:
    goal = path.with_name("opened")
    sealing.unseal(path, goal)
    return goal.read_bytes()


def refused(path: Path, match: str) -> None:
    with pytest.raises(Refused, match=match):
        opened(path)
    assert not path.with_name("opened").exists()


@pytest.mark.parametrize("size", SIZES)
def test_sealed_file_opens_to_what_was_sealed(tmp_path: Path, size: int) -> None:
    content = (WORD * 20)[:size]
    path = sealed(tmp_path, content)
    assert sealing.is_sealed(path)
    assert opened(path) == content


def test_sealed_file_shows_nothing_and_never_looks_the_same(tmp_path: Path) -> None:
    first = sealed(tmp_path, WORD * 20).read_bytes()
    second = sealed(tmp_path, WORD * 20).read_bytes()
    assert WORD not in first
    assert first[sealing.HEADER_BYTES :] != second[sealing.HEADER_BYTES :]


def test_flipped_byte_is_refused(tmp_path: Path) -> None:
    whole = sealed(tmp_path, WORD * 20).read_bytes()
    for place in range(len(sealing.FORM), len(whole)):
        content = bytearray(whole)
        content[place] ^= 1
        (tmp_path / "sealed").write_bytes(bytes(content))
        in_name = place < len(sealing.FORM) + sealing.NAME_BYTES
        refused(tmp_path / "sealed", "autre installation" if in_name else "abîmée")


def chunks_of(content: bytes) -> tuple[bytes, list[bytes]]:
    header, rest = content[: sealing.HEADER_BYTES], content[sealing.HEADER_BYTES :]
    return header, [rest[at : at + SEALED_CHUNK] for at in range(0, len(rest), SEALED_CHUNK)]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        pytest.param(lambda chunks: chunks[:-1], "Il manque la fin", id="the last is lost"),
        pytest.param(lambda chunks: chunks[1:], "abîmée", id="the first is lost"),
        pytest.param(lambda chunks: [chunks[1], chunks[0], *chunks[2:]], "abîmée", id="swapped"),
        pytest.param(lambda chunks: [chunks[0], *chunks], "abîmée", id="repeated"),
        pytest.param(lambda chunks: [*chunks[:-1], chunks[-1][:-1]], "abîmée", id="cut"),
        pytest.param(lambda chunks: [*chunks, b"more"], "abîmée", id="lengthened"),
        pytest.param(lambda _chunks: [], "abîmée", id="all are lost"),
    ],
)
def test_chunks_that_are_missing_or_moved_are_refused(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], match: str
) -> None:
    path = sealed(tmp_path, WORD * 20)
    header, chunks = chunks_of(path.read_bytes())
    path.write_bytes(header + b"".join(change(chunks)))
    refused(path, match)


def test_chunk_of_another_file_and_a_beginning_alone_are_refused(tmp_path: Path) -> None:
    header, chunks = chunks_of(sealed(tmp_path, WORD * 20).read_bytes())
    _other, others = chunks_of(sealed(tmp_path, WORD * 20).read_bytes())
    (tmp_path / "sealed").write_bytes(header + b"".join([others[0], *chunks[1:]]))
    refused(tmp_path / "sealed", "abîmée")
    (tmp_path / "sealed").write_bytes(header[:-1])
    refused(tmp_path / "sealed", "Il manque la fin")


def test_rotated_key_still_opens_and_another_does_not(tmp_path: Path, settings: Any) -> None:
    path, former = sealed(tmp_path, WORD), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next one", ["older", former]
    assert opened(path) == WORD
    settings.SECRET_KEY_FALLBACKS = ["older"]
    refused(path, "autre installation")
