"""Beat tasks of conversations."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.conversations import queries, tasks
from tenants.spaces.spread import fan_out

MOST_AT_ONCE = 200


@shared_task(base=PublicTask)
def look_after_conversations() -> None:
    """Queue the care of each open space's conversations."""
    fan_out(tell_again)


@shared_task(base=TenantTask)
def tell_again() -> None:
    """Queue again the letters whose job may have been lost."""
    for message in queries.left_untold(at=timezone.now())[:MOST_AT_ONCE]:
        send(tasks.mail_message, message.pk)
