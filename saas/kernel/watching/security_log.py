"""Security log: sign-ins, failures and refusals, with their network.

A line is written by the logger `troovon.security`, as JSON like any other, with its facts under
`event`. People appear by their public reference, unknown addresses by a keyed hash, networks by
their first half: no password, no e-mail address, no full address of a client.
"""

import enum
import logging

from saas.kernel.secrets import tokens
from saas.kernel.web.addresses import shortened

LOGGER = "troovon.security"
_log = logging.getLogger(LOGGER)


class SecurityEvent(enum.StrEnum):
    """The events of the security log."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_REFUSED = "sign_in_refused"
    LINK_REQUESTED = "link_requested"
    LINK_REFUSED = "link_refused"
    SIGNED_OUT = "signed_out"
    PROOF_FAILED = "proof_failed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - no password
    FACTOR_RESET_ASKED = "factor_reset_asked"
    FACTOR_RESET_STOPPED = "factor_reset_stopped"
    FACTOR_RESET = "factor_reset"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - as above
    BUSY = "busy"


_SUCCESSES = {
    SecurityEvent.SIGNED_IN,
    SecurityEvent.SIGNED_OUT,
    SecurityEvent.LINK_REQUESTED,
    SecurityEvent.PASSWORD_CHANGED,
}


def record(event: SecurityEvent, *, network: str = "", person: str = "", **facts: str) -> None:
    """Write a log line; `person` is a public reference, or the result of `nameless`."""
    line = {"name": str(event), "person": person, **facts}
    if network:
        line["network"] = shortened(network)
    level = logging.INFO if event in _SUCCESSES else logging.WARNING
    _log.log(level, "%s", event, extra={"event": line})


def nameless(address: str) -> str:
    """Return a pseudonym of an address without a known account; the same in each line."""
    return f"~{tokens.name('security_log', address)}"
