"""Hashes of passwords: slow on purpose, so requests with a hash have a lane of their own.

`saas.serving` reads the mark of `takes_password` before a thread takes the request.
"""

import functools
from collections.abc import Callable
from contextvars import ContextVar

from django.contrib.auth import hashers

from saas.kernel.watching import log_context
from saas.kernel.web.view_marks import is_marked


class PasswordHasher(hashers.Argon2PasswordHasher):
    """Argon2id with the memory and the passes that OWASP names for a server.

    A process computes at most two hashes at once, so they use at most 38 MiB of it.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


_is_in_lane: ContextVar[bool] = ContextVar("in the lane of passwords", default=False)


def takes_password[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view with a password in its form; other views cannot hash passwords."""

    @functools.wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _is_in_lane.set(True)
        try:
            return view(*args, **kwargs)
        finally:
            _is_in_lane.reset(token)

    answer.takes_password = True  # type: ignore[attr-defined]
    return answer


def is_password_address(path: str, urlconf: str) -> bool:
    """Return True if the view of an address is marked as hashing passwords."""
    return is_marked(path, urlconf, "takes_password")


def hash_password(password: str | None) -> str:
    """Return the hash of a password; of None, a hash that no password has."""
    if password is not None:
        _check_lane()
    return hashers.make_password(password)


def is_password_of(password: str, encoded: str) -> bool:
    """Return True if a hash is that of a password."""
    _check_lane()
    return hashers.check_password(password, encoded)


def is_outdated(encoded: str) -> bool:
    """Return True if a hash has another method, or less work, than current hashes."""
    preferred = hashers.get_hasher()
    return hashers.identify_hasher(encoded).algorithm != preferred.algorithm or (
        preferred.must_update(encoded)
    )


def _check_lane() -> None:
    """Raise RuntimeError in a request outside the lane for passwords."""
    if log_context.is_in_request() and not _is_in_lane.get():
        raise RuntimeError("a view that hashes passwords carries `takes_password`")
