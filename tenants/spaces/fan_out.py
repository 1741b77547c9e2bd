"""A job for each open space, spread over time so that a thousand jobs cause no peak."""

import datetime as dt
from typing import Any

from celery import Task

from saas.kernel.tasks import send
from tenants.spaces.models import Tenant

LONGEST_SPREAD_SECONDS = 60  # with a longer delay the broker could deliver a job twice


def fan_out(task: Task[Any, None], *args: int | str | dt.date) -> None:
    """Queue a job in each open space, over a minute at the most."""
    names = list(Tenant.objects.filter(state=Tenant.State.ACTIVE).values_list("schema_name"))
    for number, (name,) in enumerate(names):
        wait = LONGEST_SPREAD_SECONDS * number // len(names)
        send(task, *args, space=name, after_seconds=wait)
