"""Queues of the demo: operators find a row that waits in each, and one that was refused."""

from saas.console.queues.registry import QUEUES
from saas.kernel import schema


def check() -> None:
    """Raise RuntimeError if a queue of the town has no row that waits or none that was refused.

    Requests to join a shop are few: theirs has one that waits.
    """
    lacking = []
    with schema.in_public():
        for queue in QUEUES:
            refused = any(not row.is_approved for row in queue.decided())
            if not queue.rows().exists() or not (refused or queue.key == "joins"):
                lacking.append(queue.key)
    if lacking:
        raise RuntimeError(f"queues without a row to show: {', '.join(lacking)}")
