"""Restore of a single space to an earlier moment, from a restored copy of the whole cluster.

The copy is made with PostgreSQL's own means: a base backup and the log, up to the moment. Here the
space is taken from it and replaces today's space, in a single transaction, while all others work.
"""

import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connections, transaction

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.personal_data.models import Erasure
from tenants.spaces.database import copying

SIDE, OWNER = "side", "default"
LOCK_TIMEOUT = "10s"


_OF_AN_ERASURE = ("person_id", "asked_at", "due_at", "mailed_at")


class Withdrawn(NamedTuple):
    """People with closed accounts, and the completed erasures."""

    closed: list[int]
    erased: list[tuple[Any, ...]]


class Rewound(NamedTuple):
    """The rows put back, and the accounts that stay closed though they were open then."""

    rows: int
    tables: int
    reclosed: list[str]
    seconds: float


def rewind(name: str) -> Rewound:
    """Replace a space by its copy in the side cluster, atomically.

    All people sign in again, since sessions and links of that time are void; later counts of
    placements are kept. Raises CopyRefused if its schema has changed since: then the side cluster
    must be migrated first, by `troovon migrate` with its address.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="troovon-rewind-") as folder:
        copied = copying.dump(name, Path(folder), SIDE)
        with transaction.atomic(), schema.inside(name):
            _wait_no_longer_than(LOCK_TIMEOUT)
            people = withdrawn()
            copying.load(name, Path(folder), OWNER)
            reclosed = reapply_withdrawn(people)
    return Rewound(
        rows=sum(copied.rows.values()),
        tables=len(copied.tables),
        reclosed=reclosed,
        seconds=time.monotonic() - began,
    )


def withdrawn() -> Withdrawn:
    """Return the accounts closed and the erasures completed in the current space by now."""
    return Withdrawn(
        closed=list(User.objects.filter(is_active=False).values_list("pk", flat=True)),
        erased=list(Erasure.objects.exclude(done_at=None).values_list(*_OF_AN_ERASURE)),
    )


def reapply_withdrawn(people: Withdrawn) -> list[str]:
    """Close the accounts and queue the erasures again; return references of reopened accounts.

    The restored data of erased people is deleted like the first time: the scheduler finds their
    erasure due.
    """
    opened = User.objects.filter(pk__in=people.closed, is_active=True)
    reclosed = sorted(opened.values_list("reference", flat=True))
    opened.update(is_active=False)
    there = set(User.objects.filter(pk__in=[one[0] for one in people.erased]).values_list("pk"))
    for person, *moments in people.erased:
        if (person,) in there:
            asked_at, due_at, mailed_at = moments
            again = {"asked_at": asked_at, "due_at": due_at, "mailed_at": mailed_at}
            Erasure.objects.update_or_create(
                person_id=person, defaults={**again, "asked_by": None, "done_at": None}
            )
    return reclosed


def _wait_no_longer_than(limit: str) -> None:
    """Give up, and leave all as it is, rather than hold the space's people up behind a lock."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{limit}'")
