"""Short-lived keys of the store: they begin with the space, and a dead store only forgets."""

import contextlib
import logging
import secrets
from collections.abc import Collection, Iterator
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from saas.kernel import schema, valkey
from saas.kernel.silence import Silence, SilentError

logger = logging.getLogger(__name__)
_spoken_of: ContextVar[str] = ContextVar("space of the keys", default="")
_PATIENCE_SECONDS = 2
_DEAD = (RedisError, SilentError)
_silence = Silence()
# Single round trip: the list has the start times of the last turns, the newest first, by the
# store's own clock. The result is the time left until the turn, 0 if it starts now.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local turn = now
local begun = redis.call('LINDEX', KEYS[1], ARGV[1] - 1)
if begun then turn = math.max(now, tonumber(begun) + 1000000) end
redis.call('LPUSH', KEYS[1], string.format('%.0f', turn))
redis.call('LTRIM', KEYS[1], 0, ARGV[1] - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil((turn - now) / 1000) + 2000)
return string.format('%.0f', turn - now)
"""


def key(key: str, key_prefix: str, version: int) -> str:
    """Return Django's cache key, of the schema that we are in or speak of."""
    return f"{_spoken_of.get() or schema.current()}:{key_prefix}:{version}:{key}"


@contextlib.contextmanager
def of(space: str) -> Iterator[None]:
    """Speak of a space's keys from public, without entering it; no space speaks of another's."""
    if schema.current() != schema.PUBLIC:
        raise PermissionError("only public speaks of a space's keys")
    token = _spoken_of.set(space)
    try:
        yield
    finally:
        _spoken_of.reset(token)


def store_value(name: str, value: Any, *, seconds: int) -> None:
    """Keep a value for a while, where the store answers."""
    try:
        with _silence.asking():
            cache.set(name, value, seconds)
    except _DEAD:
        logger.warning("the store keeps nothing: it does not answer")


def stored_value(name: str, otherwise: Any) -> Any:
    """Return the cached value, or `otherwise` if it has expired."""
    try:
        with _silence.asking():
            return cache.get(name, otherwise)
    except _DEAD:
        return otherwise


def stored_values(*names: str) -> dict[str, Any]:
    """Return the values cached under these names, in a single request to the store."""
    try:
        with _silence.asking():
            return dict(cache.get_many(names))
    except _DEAD:
        return {}


def claimed(name: str, *, seconds: int) -> bool:
    """Return True if this process has claimed a name for a while; also if the store is down.

    The store's client retries after a lost response, so the claim may come from its own first try.
    """
    token = secrets.token_hex(8)
    try:
        with _silence.asking():
            return bool(cache.add(name, token, timeout=seconds)) or cache.get(name) == token
    except _DEAD:
        return True


def missing(names: Collection[str]) -> set[str]:
    """Return the names without a cached value, in a single request to the store."""
    try:
        with _silence.asking():
            return set(names) - set(cache.get_many(names))
    except _DEAD:
        return set(names)


def forget(name: str) -> None:
    """Keep a value no longer."""
    try:
        with _silence.asking():
            cache.delete(name)
    except _DEAD:
        logger.warning("the store forgets nothing: it does not answer")


def counted(name: str, *, seconds: int) -> int | None:
    """Increment the counter of a period and return it; None if the store is down."""
    try:
        with _silence.asking():
            began = cache.add(name, 0, timeout=seconds)
            count = int(cache.incr(name))
            if count == 1 and not began:  # it may have ended just then, and would last for ever
                cache.touch(name, timeout=seconds)
            return count
    except ValueError:  # the period ended between the two calls
        return 1
    except _DEAD:
        logger.warning("nothing is counted: the store does not answer")
        return None


def count_each(names: Collection[str], *, seconds: int) -> None:
    """Increment several counters in two requests to the store, and let them last from now on.

    Two calls at once may count as one: for limits that may be missed by one, not for sums.
    """
    try:
        with _silence.asking():
            counts = cache.get_many(names)
            cache.set_many({name: int(counts.get(name, 0)) + 1 for name in names}, seconds)
    except _DEAD:
        logger.warning("nothing is counted: the store does not answer")


def uncount(name: str) -> None:
    """Decrement the counter of a period that has not ended."""
    with contextlib.suppress(ValueError, *_DEAD), _silence.asking():  # it ended, or no answer
        if cache.decr(name) < 0:  # it ended just then
            cache.delete(name)


def count_of(name: str) -> int | None:
    """Return the counter of a period without counting; None if the store is down."""
    try:
        with _silence.asking():
            return int(cache.get(name, 0))
    except _DEAD:
        return None


class Turns:
    """Turns shared by all processes: at most a fixed number begin in any second."""

    def __init__(self, name: str, *, a_second: int) -> None:
        store = valkey.client(
            settings.VALKEY_URL,
            socket_connect_timeout=_PATIENCE_SECONDS,
            socket_timeout=_PATIENCE_SECONDS,
        )
        self._key, self._a_second = f"turns:{name}", a_second
        self._take = store.register_script(_TAKE)

    def seconds_until_next(self) -> float | None:
        """Reserve the next turn and return the seconds until it; None if the store is down."""
        try:
            return int(self._take(keys=[self._key], args=[self._a_second])) / 1e6
        except RedisError:
            return None
