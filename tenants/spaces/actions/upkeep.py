"""Has schemas looked at, a few at a time."""

import datetime as dt

from django.conf import settings

from saas.kernel.tasks import send
from tenants.spaces.queries import upkeep as queries
from tenants.spaces.tasks import upkeep as tasks


def queue_inspections(*, at: dt.datetime) -> None:
    """Queue an inspection of the schemas without an inspection for a day."""
    for tenant_id in queries.due_for_inspection(at=at):
        send(tasks.inspect_schema, tenant_id)
    if settings.CELLS:
        send(tasks.remove_left_copies)


def queue_abandoned_moves() -> None:
    """Queue the opening of spaces whose move ended without its mover."""
    if settings.CELLS:
        send(tasks.settle_abandoned_moves)
