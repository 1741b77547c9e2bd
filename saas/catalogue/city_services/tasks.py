"""Tasks after the commit: a file of city services is read in a child."""

from typing import Any

from celery import shared_task
from django.db.models import F

from saas.catalogue.city_services import queries, rules
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import tried_twice
from saas.kernel.tasks import PublicTask, send

READS_AGAIN_SECONDS = 5


@shared_task(base=PublicTask)
def read_file(file_id: int) -> None:
    """Read a file of services; each try is counted before it begins, and there are two at most."""
    waiting = queries.files_to_read().filter(pk=file_id)
    row = waiting.values_list("content", "attempts").first()
    if row is None:
        return
    content, attempts = row
    found: dict[str, Any] = {}
    failure = tried_twice(
        attempts,
        lambda: waiting.update(attempts=F("attempts") + 1),
        lambda: found.update(_opened(bytes(content))),
    )
    if failure is None:
        send(read_file, file_id, after_seconds=READS_AGAIN_SECONDS)
    elif failure:
        waiting.update(failure=failure[:20], content=b"")
    else:
        waiting.update(found=found, content=b"")


def _opened(content: bytes) -> dict[str, Any]:
    [piece] = runner.opened("services", content, tags=rules.TAGS)
    return dict(piece.words)
