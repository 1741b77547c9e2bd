"""Frames between a child and its parent: JSON and bytes, never a Python object.

A child may have been taken over by its input, so the parent trusts neither lengths nor words.
"""

import json
import os
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

PIECE, END, UNFIT, HEAVY, BROKEN = b"p", b"e", b"u", b"h", b"b"
READY = b"ready"
HEAD = struct.Struct("!cII")
MEGABYTE = 1024 * 1024
LARGEST = 64 * MEGABYTE


class Piece(NamedTuple):
    """Part of an opened file's result: values that JSON can hold, and optional bytes."""

    words: Any
    content: bytes = b""


class BadFrameError(Exception):
    """A frame that no child of ours sends."""


def send(out: int, kind: bytes, piece: Piece) -> None:
    """Write a frame to a descriptor."""
    words = json.dumps(piece.words, ensure_ascii=False).encode("utf-8", "replace")
    for part in (HEAD.pack(kind, len(words), len(piece.content)), words, piece.content):
        left = memoryview(part)
        while left:
            left = left[os.write(out, left) :]


def receive(read: Callable[[int], bytes]) -> tuple[bytes, Piece]:
    """Read a frame. Raises BadFrameError; EOFError where the other side is gone."""
    kind, words, content = HEAD.unpack(read(HEAD.size))
    if words + content > LARGEST:
        raise BadFrameError(f"a frame of {words + content} bytes")
    try:
        return kind, Piece(json.loads(read(words)), read(content))
    except (ValueError, RecursionError) as error:
        raise BadFrameError("a frame without JSON") from error


def check_left(left: int) -> None:
    """Raise BadFrameError if an answer is longer than its job's may be."""
    if left < 0:
        raise BadFrameError("more than its job may answer")
