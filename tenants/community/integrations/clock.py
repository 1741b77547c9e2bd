"""Beat tasks of this room: deliveries that are due again, and what is kept no longer."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.integrations import actions, queries, tasks
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 100


@shared_task(base=PublicTask)
def send_due_everywhere() -> None:
    """Ask each open space for deliveries whose time has come."""
    fan_out(send_due)


@shared_task(base=TenantTask)
def send_due() -> None:
    """Queue the deliveries of one space that are due, or whose job was lost."""
    for delivery in queries.due(at=timezone.now())[:MOST_AT_ONCE]:
        send(tasks.deliver, delivery.pk)


@shared_task(base=PublicTask)
def forget_everywhere() -> None:
    """Ask each open space to forget what programs need no longer."""
    fan_out(forget)


@shared_task(base=TenantTask)
def forget() -> None:
    """Forget old answers, deliveries and tokens of one space."""
    actions.forget_old(at=timezone.now())
