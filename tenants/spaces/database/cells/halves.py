"""Acts of two halves that may have lost the half in the space (`spanning.py`).

Home commits first, and the process or the cell may die before the space does. An act is noted in
the broker before both commits and forgotten after them; a note that stays is a fault for operators.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import redis
from celery import current_app
from celery.exceptions import OperationalError
from django.utils import timezone

from saas.kernel.watching import log_context
from tenants.spaces.database.cells import directory

# Two commits that follow each other have ended by then, or the second is lost.
UNDER_WAY = dt.timedelta(seconds=30)
_NOTES = "troovon-halves"
_UNREACHABLE = (OperationalError, redis.RedisError, OSError)


class LostHalf(NamedTuple):
    """An act that `public` keeps, while its space perhaps does not."""

    key: str
    space: str
    cell: str
    request: str
    at: dt.datetime


def note_act(space: str) -> str:
    """Note an act before its commits; return its key, empty while the broker is away."""
    key = uuid.uuid4().hex
    values = {
        "space": space,
        "cell": directory.cell_of(space),
        "request": log_context.request_id(),
        "at": timezone.now().isoformat(),
    }
    try:
        with _client() as client:
            client.hset(_NOTES, key, json.dumps(values))
    except _UNREACHABLE:
        return ""
    return key


def forget(key: str) -> None:
    """Forget an act that both halves keep, or neither of them."""
    try:
        with _client() as client:
            client.hdel(_NOTES, key)
    except _UNREACHABLE:
        return  # the note stays, and an operator finds nothing amiss


def lost(cell: str) -> list[LostHalf]:
    """Return the acts of a cell's spaces that an operator must look at, the oldest first.

    The list is empty while the broker is away.
    """
    try:
        with _client() as client:
            stored = client.hgetall(_NOTES)
    except _UNREACHABLE:
        return []
    until = timezone.now() - UNDER_WAY
    acts = [_half(key, value) for key, value in stored.items()]
    return sorted((a for a in acts if a.cell == cell and a.at < until), key=lambda act: act.at)


def settle(cell: str) -> list[LostHalf]:
    """Forget the lost acts of a cell that an operator has put right; return them."""
    acts = lost(cell)
    for act in acts:
        forget(act.key)
    return acts


def _half(key: bytes | str, value: bytes | str) -> LostHalf:
    stored = json.loads(value)
    at = dt.datetime.fromisoformat(stored.pop("at"))
    return LostHalf(key=key.decode() if isinstance(key, bytes) else key, at=at, **stored)


@contextmanager
def _client() -> Iterator[Any]:
    with current_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=1)
        channel: Any = connection.default_channel
        yield channel.client
