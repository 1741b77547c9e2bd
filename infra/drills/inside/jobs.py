"""Jobs of a drill: each writes a row with the name of the space that queued it."""

import random
import time
from typing import Any

from celery import shared_task
from django.db import transaction

from infra.drills.inside.ways import MOMENT
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import TenantTask, after_commit
from tenants.spaces.database.cells import directory

WRITTEN = "job"
PATIENCE_SECONDS = 45
TRIED_AGAIN = 4
SLOW = 5


@shared_task(base=TenantTask, bind=True, max_retries=3)
def leave_a_row(self: Any, expected: str, serial: int | str) -> None:
    """Write the row once, however often the job is run; some runs fail first, some take long."""
    number = serial if isinstance(serial, int) else 1
    if number % TRIED_AGAIN == 0 and self.request.retries == 0:
        raise self.retry(countdown=0)
    with transaction.atomic():
        User.objects.get_or_create(
            email=f"job{serial}@{expected}.example",
            defaults={"first_name": expected, "last_name": WRITTEN, "created_at": MOMENT},
        )
        if number % SLOW == 0:
            time.sleep(0.02)


def send(names: list[str], count: int, seed: int) -> dict[str, int]:
    """Queue jobs from spaces, some inside a transaction that ends elsewhere; count them."""
    chance = random.Random(f"jobs{seed}")  # noqa: S311 - a drill that can be repeated
    sent = dict.fromkeys(names, 0)
    for serial in range(count):
        first, second = chance.sample(names, 2)
        with transaction.atomic():
            with schema.inside(first):
                after_commit(leave_a_row, first, serial)
            # A transaction stays in its cluster, home here: another cell's space is refused.
            if serial % 3 == 0 and not directory.cell_of(second):
                with schema.inside(second):
                    User.objects.exists()
        sent[first] += 1
    return sent


def written(names: list[str]) -> dict[str, int]:
    """Count the rows that jobs have left in each space."""
    found = {}
    for name in names:
        with schema.inside(name):
            found[name] = User.objects.filter(last_name=WRITTEN).count()
    return found


def fallen() -> int:
    """Return the number of rows left by jobs in the public schema; it should be zero."""
    with schema.in_public():
        return User.objects.filter(last_name=WRITTEN).count()
