"""Beat tasks of shared rides."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.rides import actions, tasks
from tenants.community.rides.queries import notices as queries
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 200


@shared_task(base=PublicTask)
def mail_due_notices_everywhere() -> None:
    """Queue the care of each open space's rides."""
    fan_out(mail_due_notices)


@shared_task(base=TenantTask)
def mail_due_notices() -> None:
    """Remind the parties of tomorrow's rides, and queue again notices with a lost job.

    Rides without a future departure are closed: their year of retention begins.
    """
    at = timezone.now()
    actions.remind(at=at)
    actions.close_past(at=at)
    actions.forget_notices(at=at)
    for notice in queries.notices_due(at=at)[:MOST_AT_ONCE]:
        send(tasks.mail_notice, notice.pk)
