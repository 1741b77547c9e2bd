"""Beat tasks of conversations."""

from celery import shared_task
from django.utils import timezone

from saas.kernel import private_pictures
from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.conversations import actions, tasks
from tenants.community.conversations.models import Picture
from tenants.community.conversations.queries import talks as queries
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 200


@shared_task(base=PublicTask)
def sweep_everywhere() -> None:
    """Queue the care of each open space's conversations."""
    fan_out(requeue_messages)
    fan_out(sweep_pictures)


@shared_task(base=PublicTask)
def delete_lost_files_everywhere() -> None:
    """Queue the care of the files of each open space's messages."""
    fan_out(tasks.delete_lost_files)


@shared_task(base=TenantTask)
def requeue_messages() -> None:
    """Requeue mails if their job may have been lost."""
    for message in queries.overdue_messages(at=timezone.now())[:MOST_AT_ONCE]:
        send(tasks.mail_message, message.pk)


@shared_task(base=TenantTask)
def sweep_pictures() -> None:
    """Delete old drafts, and requeue pictures if their job may have been lost."""
    at = timezone.now()
    actions.forget_drafts(at=at)
    for picture in private_pictures.waiting_too_long(Picture, at=at)[:MOST_AT_ONCE]:
        send(tasks.prepare_picture, picture.pk)
