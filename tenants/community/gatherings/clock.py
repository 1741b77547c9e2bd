"""Beat tasks of gatherings."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.gatherings import actions
from tenants.spaces.fan_out import fan_out


@shared_task(base=PublicTask)
def remind_participants_everywhere() -> None:
    """Queue the reminders of each open space's gatherings."""
    fan_out(remind_participants)


@shared_task(base=TenantTask)
def remind_participants() -> None:
    """Remind the participants of tomorrow's gatherings."""
    actions.remind(at=timezone.now())
