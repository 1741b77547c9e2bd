"""Beat tasks of notifications: what waited leaves, digests are due, old entries are forgotten."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.notifications import actions, tasks
from tenants.spaces.fan_out import fan_out


@shared_task(base=PublicTask)
def send_waiting_everywhere() -> None:
    """Queue what leaves in each open space: after quiet hours, or where its job was lost."""
    fan_out(tasks.mail_waiting)
    fan_out(tasks.push_waiting)


@shared_task(base=PublicTask)
def send_digests_everywhere() -> None:
    """Queue the digests that are due in each open space."""
    fan_out(tasks.send_digests)


@shared_task(base=PublicTask)
def forget_everywhere() -> None:
    """Ask each space to forget what is older than it keeps."""
    fan_out(forget_here)


@shared_task(base=TenantTask)
def forget_here() -> None:
    """Forget old notifications of one space."""
    actions.forget(at=timezone.now())
