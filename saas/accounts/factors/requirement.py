"""Second factors that a space requires of its members: from when on, and of which sessions."""

import datetime as dt
from typing import Any, NamedTuple

from saas.accounts.factors.queries import has_factor
from saas.accounts.sessions import proofs

NOTICE = dt.timedelta(days=7)


class Need(NamedTuple):
    """A second factor that a person has yet to add, and the moment from which nothing opens."""

    due_at: dt.datetime
    is_over: bool


def need_of(request: Any, at: dt.datetime) -> Need | None:
    """Return the second factor that this session's person has yet to add; None if nothing is due.

    The session of a person with a factor is closed until it is given. A session with a factor costs
    no statement, nor does a session that has read the notice.
    """
    since = getattr(getattr(request, "space", None), "factor_from", None)
    session = request.session
    if since is None or proofs.is_strong(session) or proofs.is_due(session):
        return None
    need = need_since(since, joined_at=request.user.created_at, at=at)
    if proofs.is_postponed(session) and not need.is_over:
        return None
    if has_factor(request.user):
        proofs.require_factor(session)
        return None
    return need


def need_since(since: dt.datetime, *, joined_at: dt.datetime, at: dt.datetime) -> Need:
    """Return the need of a person: a newcomer has a week as well."""
    due_at = max(since, joined_at + NOTICE)
    return Need(due_at, due_at <= at)
