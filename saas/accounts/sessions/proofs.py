"""Facts that a session holds of its person: how they signed in, and their proofs since."""

import datetime as dt
import enum
from typing import Any

from saas.accounts.sessions import rules

WAY, BEGAN, SEEN, DEVICE, PLACE = "way", "began_at", "seen_at", "device", "place"
_PROVED, _FACTOR, _DUE, _CONSOLE = "proved_at", "factor_at", "factor_due", "of_console"
_BY_PROVIDER, _POSTPONED = "factor_by_provider", "factor_postponed"


class Way(enum.StrEnum):
    """How a session began."""

    PASSWORD = "password"  # noqa: S105 - no password
    LINK = "link"
    COMPANY = "company"
    PASSKEY = "passkey"


class Level(enum.IntEnum):
    """The proof that a grave act asks for: any of the account, or the second factor."""

    FRESH = 1
    FACTOR = 2


def begin(session: Any, way: Way, *, is_console: bool, at: dt.datetime) -> None:
    """Record how a session begins. A sign-in through the company is no proof towards a council."""
    limits = rules.CONSOLE if is_console else rules.USUAL
    session.limit(idle=limits.idle, absolute=limits.absolute, at=at)
    session[WAY] = way.value
    session[BEGAN] = session[SEEN] = at.timestamp()
    session[_CONSOLE] = is_console
    session[_PROVED] = 0 if way is Way.COMPANY else at.timestamp()


def require_factor(session: Any) -> None:
    """Keep a session shut until the second factor of its person is given."""
    session[_DUE] = True


def record_proof(session: Any, at: dt.datetime) -> None:
    """Record that the person has just typed their password."""
    session[_PROVED] = at.timestamp()


def record_factor(session: Any, at: dt.datetime) -> None:
    """Record that the person has just given their second factor."""
    session[_FACTOR] = at.timestamp()
    session.pop(_DUE, None)


def record_factor_at_provider(session: Any) -> None:
    """Record that the company's provider checked a second factor; it proves no sensitive act."""
    session[_BY_PROVIDER] = True


def is_strong(session: Any) -> bool:
    """Return True if a second factor was given in this session, here or at the provider."""
    return gave_factor(session) or bool(session.get(_BY_PROVIDER))


def postpone_factor(session: Any) -> None:
    """Record that the person has read when a second factor is needed, and goes on until then."""
    session[_POSTPONED] = True


def is_postponed(session: Any) -> bool:
    """Return True if the person has read in this session when a second factor is needed."""
    return bool(session.get(_POSTPONED))


def forget_factor(session: Any) -> None:
    """Forget a second factor that was removed."""
    session.pop(_FACTOR, None)


def prove_all(session: Any, at: dt.datetime, *, is_console: bool = True) -> None:
    """Record a sign-in with both factors a moment ago, as drills and the demo's tools begin."""
    begin(session, Way.PASSWORD, is_console=is_console, at=at)
    record_factor(session, at)


def is_due(session: Any) -> bool:
    """Return whether the second factor is still to be given."""
    return bool(session.get(_DUE))


def is_of_console(session: Any) -> bool:
    """Return whether a session was opened at the console, with its short limits."""
    return bool(session.get(_CONSOLE))


def gave_factor(session: Any) -> bool:
    """Return whether the second factor was given in this session."""
    return bool(session.get(_FACTOR))


def is_proven(session: Any, level: Level, at: dt.datetime) -> bool:
    """Return True if the proof that a sensitive action requires was given recently."""
    given = float(session.get(_FACTOR, 0))
    if level is Level.FRESH:
        given = max(given, float(session.get(_PROVED, 0)))
    return 0 <= at.timestamp() - given < rules.PROOF_LASTS.total_seconds()


def came_by(session: Any, *ways: Way, within: dt.timedelta, at: dt.datetime) -> bool:
    """Return True if a session began by any of these methods, within this time."""
    began = float(session.get(BEGAN, 0))
    return session.get(WAY) in ways and at.timestamp() - began < within.total_seconds()


def renew(session: Any, at: dt.datetime) -> None:
    """Record a use of the session, but not more often than its limits need."""
    limits = rules.CONSOLE if is_of_console(session) else rules.USUAL
    if BEGAN in session and at.timestamp() - float(session[SEEN]) >= limits.step.total_seconds():
        session[SEEN] = at.timestamp()
