"""Ways to wait for clients, built in on purpose so that the drill shows that it sees them."""

from typing import Any

from saas.kernel.web import bodies
from saas.serving import site
from saas.serving.limits import Limits

_NEVER = 10.0**6
_ALL = 10**12


def no_time_limit() -> None:
    """Wait for a body as long as somebody sends a byte now and then."""
    _set(Limits, "seconds_for", lambda *_args: _NEVER)


def no_size_limit() -> None:
    """Read all that anybody sends anywhere, into memory."""
    for module in (bodies, site):
        _set(module, "most_bytes_at", lambda *_args: _ALL)
    _set(site, "Limits", lambda: Limits(in_memory=_ALL))


def passwords_among_pages() -> None:
    """Let pages queue behind those that hash a password."""
    _set(site, "is_password_address", lambda *_args: False)


def _set(owner: Any, name: str, broken: Any) -> None:
    setattr(owner, name, broken)


FAULTS = {fault.__name__: fault for fault in (no_time_limit, no_size_limit, passwords_among_pages)}
