"""One space as it was at an earlier moment, out of a restored copy of the whole cluster.

The copy is made with PostgreSQL's own means: a base backup and the log, up to the moment. Here the
one space is taken from it and put in place of today's, in one transaction, while all others work.
"""

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from django.db import connections, transaction

from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces.database import copying

SIDE, OWNER = "side", "default"
LOCK_TIMEOUT = "10s"


class Rewound(NamedTuple):
    """The rows put back, and the accounts that stay closed though they were open then."""

    rows: int
    tables: int
    kept_closed: list[str]
    seconds: float


def rewind(name: str) -> Rewound:
    """Put a space of the side cluster in place of today's, whole or not at all.

    Whoever was signed in then, or held a link, signs in anew, and what placements counted since
    stays counted.
    Raises CopyRefused where its schema has changed since: then the side cluster is to be migrated
    first, by `troovon migrate` with its address.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="troovon-rewind-") as folder:
        copied = copying.dump(name, Path(folder), SIDE)
        with transaction.atomic(), schema.inside(name):
            _wait_no_longer_than(LOCK_TIMEOUT)
            closed = list(User.objects.filter(is_active=False).values_list("pk", flat=True))
            copying.load(name, Path(folder), OWNER)
            opened = User.objects.filter(pk__in=closed, is_active=True)
            kept_closed = sorted(opened.values_list("reference", flat=True))
            opened.update(is_active=False)
    return Rewound(
        rows=sum(copied.rows.values()),
        tables=len(copied.tables),
        kept_closed=kept_closed,
        seconds=time.monotonic() - began,
    )


def _wait_no_longer_than(limit: str) -> None:
    """Give up, and leave all as it is, rather than hold the space's people up behind a lock."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{limit}'")
