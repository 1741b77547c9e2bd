"""Agreements with other spaces: rights are checked here, decisions are stored in public.

No transaction spans both: a space may have its own database login. The scheduled task of this room
finds jobs that were lost in between.
"""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.notifying import settle
from saas.kernel.tasks import after_commit, call_after_commit, send
from tenants.community.treaties import rules, tasks
from tenants.community.treaties.queries import treaties as queries
from tenants.spaces.actions import treaties as spaces
from tenants.spaces.actors import actor_of
from tenants.spaces.queries import treaties as spaces_queries


def propose(
    *,
    address: str,
    gives: Collection[str],
    takes: Collection[str],
    message: str,
    by: User,
    at: dt.datetime,
) -> str:
    """Propose a treaty to the space at an address, and have its administrators told."""
    terms: dict[str, Any] = {"address": address, "gives": gives, "takes": takes}
    return _decide(spaces.propose, by=by, at=at, message=message, **terms)


def accept(*, reference: str, by: User, at: dt.datetime) -> str:
    """Accept a treaty; both sides show its items from now on."""
    other = _decide(spaces.accept, by=by, at=at, reference=reference)
    after_commit(tasks.publish)
    return other


def decline(*, reference: str, by: User, at: dt.datetime) -> str:
    """Decline another space's proposal."""
    return _decide(spaces.decline, by=by, at=at, reference=reference)


def withdraw(*, reference: str, by: User, at: dt.datetime) -> str:
    """Withdraw this space's proposal."""
    return _decide(spaces.withdraw_proposal, by=by, at=at, reference=reference)


def revoke(*, reference: str, by: User, at: dt.datetime) -> str:
    """End a treaty: from the commit on neither side reads anything of the other."""
    other = _decide(spaces.revoke, by=by, at=at, reference=reference)
    after_commit(tasks.delete_closed_copies)
    return other


def _decide(action: Callable[..., Any], *, by: User, at: dt.datetime, **terms: Any) -> str:
    """Decide in public on behalf of this space, and have the other side told."""
    rules.check_decides(hooks.duties_of(by))
    here = schema.current()
    actor = actor_of(by, schema_name=here, role=rules.ADMINISTRATOR.role)
    with schema.in_public():
        treaty = action(by=actor, at=at, **terms)
        other = spaces_queries.other_side(treaty, here).schema_name
    reference = str(treaty.reference)
    settle(rules.about(reference), at=at)
    call_after_commit(queries.forget)
    call_after_commit(lambda: send(tasks.apply_decision, reference, space=other))
    return reference
