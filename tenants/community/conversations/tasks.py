"""Tasks after the commit: the other person is told, once until they read."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from saas.kernel.tasks import TenantTask
from tenants.community.conversations import notifications, queries


@shared_task(base=TenantTask)
def mail_message(message_id: int) -> None:
    """Tell the other of the two that something waits, unless they know or have read it."""
    with transaction.atomic():
        message = queries.message_to_tell(message_id)
        if message is None:
            return
        message.mailed_at = timezone.now()
        message.save(update_fields=["mailed_at"])
        notifications.tell_of_message(message)
