"""Beat tasks of the shelf."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.mediastore import tasks
from tenants.community.mediastore.actions import shelf as actions
from tenants.community.mediastore.queries import shelf as queries
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 200
LOST_AFTER = dt.timedelta(minutes=15)


@shared_task(base=PublicTask)
def sweep_shelves() -> None:
    """Queue the care of each open space's shelf."""
    fan_out(sweep_shelf)


@shared_task(base=PublicTask)
def fetch_podcasts_everywhere() -> None:
    """Queue the nightly fetching of each open space's podcasts."""
    fan_out(fetch_podcasts)


@shared_task(base=PublicTask)
def delete_lost_files_everywhere() -> None:
    """Queue the care of the files of each open space's shelf."""
    fan_out(tasks.delete_lost_files)


@shared_task(base=TenantTask)
def sweep_shelf() -> None:
    """Return overdue copies, and queue again jobs that may have been lost."""
    at = timezone.now()
    for borrowing in queries.overdue(at=at)[:MOST_AT_ONCE]:
        actions.take_back_one(borrowing_id=borrowing.pk, at=at)
    for medium in queries.waiting_to_be_prepared(before=at - LOST_AFTER)[:MOST_AT_ONCE]:
        send(tasks.fetch_feed if medium.feed else tasks.prepare, medium.pk)
    for medium in queries.withdrawn_with_files()[:MOST_AT_ONCE]:
        send(tasks.delete_files_of, medium.pk)


@shared_task(base=TenantTask)
def fetch_podcasts() -> None:
    """Queue the fetching of each podcast's new episodes."""
    for medium in queries.podcasts_to_fetch(today=timezone.localdate())[:MOST_AT_ONCE]:
        send(tasks.fetch_feed, medium.pk)
