"""A person reads what they wrote: an answer waits until the cell of its space has it.

A space in a cell reads `public` there, some milliseconds behind home. A request that committed in
`public` is answered once the cell has confirmed it, and in any case after a fifth of a second.
"""

import time
from typing import Any

from django.conf import settings
from django.db import Error, connections

from tenants.spaces.database.cells import directory, replication

MOST_SECONDS = 0.2
_STEP_SECONDS = 0.004
_WRITTEN = "SELECT pg_current_wal_flush_lsn()::text"
_HAS_IT = "SELECT confirmed_flush_lsn >= %s FROM pg_replication_slots WHERE slot_name = %s"


def commits() -> int:
    """Return how many transactions this thread's connection has committed in `public`."""
    connection: Any = connections["default"]
    return int(getattr(connection, "public_commits", 0))


def wait_for_cell(name: str, *, since: int) -> None:
    """Wait until the cell of a space has what was committed in `public` since then.

    Without such a commit, for a space at home, and while a cluster is away nothing is waited for.
    """
    if not settings.CELLS or commits() == since:
        return
    try:
        if cell := directory.cell_of(name):
            _wait(replication.slot_of(cell))
    except Error:
        return


def _wait(slot: str) -> None:
    until = time.monotonic() + MOST_SECONDS
    written = replication.ask("default", _WRITTEN, [])[0][0]
    while time.monotonic() < until:
        rows = replication.ask("default", _HAS_IT, [written, slot])
        if not rows or rows[0][0]:
            return
        time.sleep(_STEP_SECONDS)
