"""Beat tasks of notifications: send pending mails and digests, delete old entries."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.notifications import actions, tasks
from tenants.spaces.fan_out import fan_out


@shared_task(base=PublicTask)
def send_waiting_everywhere() -> None:
    """Queue pending mails and pushes of each open space: after quiet hours, or after a lost job."""
    fan_out(tasks.mail_waiting)
    fan_out(tasks.push_waiting)


@shared_task(base=PublicTask)
def send_digests_everywhere() -> None:
    """Queue the digests that are due in each open space."""
    fan_out(tasks.send_digests)


@shared_task(base=PublicTask)
def forget_everywhere() -> None:
    """Queue the deletion of old notifications in each space."""
    fan_out(forget_here)


@shared_task(base=TenantTask)
def forget_here() -> None:
    """Delete a space's old notifications."""
    actions.forget(at=timezone.now())
