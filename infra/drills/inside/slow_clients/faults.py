"""Ways to wait for clients, built in on purpose so that the drill shows that it sees them."""

from contextlib import nullcontext
from typing import Any

from saas.kernel import places
from saas.kernel.web import bodies, hosts, outgoing
from saas.serving import site
from saas.serving.limits import Limits

_NEVER = 10.0**6
_ALL = 10**12


def no_time_limit() -> None:
    """Wait for a body as long as a byte arrives now and then."""
    _set(Limits, "seconds_for", lambda *_args: _NEVER)


def no_size_limit() -> None:
    """Read all that anybody sends anywhere, into memory."""
    for module in (bodies, site):
        _set(module, "most_bytes_at", lambda *_args: _ALL)
    _set(site, "Limits", lambda: Limits(in_memory=_ALL))


def passwords_among_pages() -> None:
    """Let pages queue behind those that hash a password."""
    _set(site, "is_password_address", lambda *_args: False)


def starts_among_pages() -> None:
    """Make pages queue behind strangers that begin to sign in by their company's provider."""
    _set(site, "is_turn_address", lambda *_args: False)


def pages_call_providers() -> None:
    """Speak to a company's provider in the thread of the page that needs its answer."""
    from tenants.community.sso import actions, tasks  # noqa: PLC0415 - models load first

    ask = actions.ask

    def ask_here(*, state: str, code: str = "", **given: Any) -> None:
        ask(state=state, code=code, **given)
        task: Any = tasks.exchange if code else tasks.describe
        task.run(state)

    _set(outgoing, "_check_may_call", lambda: None)
    _set(actions, "ask", ask_here)


def anybody_holds_all_threads() -> None:
    """Give a single space and host all threads of the fetcher, however slow the host is."""
    _set(places.Places, "take", lambda *_: nullcontext())
    _set(hosts.Hosts, "_take_turn", lambda *_: None)


def _set(owner: Any, name: str, broken: Any) -> None:
    setattr(owner, name, broken)


FAULTS = {
    fault.__name__: fault
    for fault in (
        no_time_limit,
        no_size_limit,
        passwords_among_pages,
        starts_among_pages,
        pages_call_providers,
        anybody_holds_all_threads,
    )
}
