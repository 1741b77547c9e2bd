"""Beat tasks of this room: due deliveries, and deletion of old rows."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.integrations import actions, queries, tasks
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 100


@shared_task(base=PublicTask)
def send_due_everywhere() -> None:
    """Queue `send_due` in each open space."""
    fan_out(send_due)


@shared_task(base=TenantTask)
def send_due() -> None:
    """Queue a space's deliveries that are due or may have lost their job."""
    for delivery in queries.due(at=timezone.now())[:MOST_AT_ONCE]:
        send(tasks.deliver, delivery.pk)


@shared_task(base=PublicTask)
def forget_everywhere() -> None:
    """Queue `forget` in each open space."""
    fan_out(forget)


@shared_task(base=TenantTask)
def forget() -> None:
    """Delete old responses, deliveries and tokens of a space."""
    actions.forget_old(at=timezone.now())
