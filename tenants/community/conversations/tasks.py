"""Tasks after the commit: the other is told, once until they read; pictures are re-encoded."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from saas.kernel import private_pictures
from saas.kernel.tasks import TenantTask
from tenants.community.conversations import notifications
from tenants.community.conversations.models import Picture
from tenants.community.conversations.queries import talks as queries


@shared_task(base=TenantTask)
def mail_message(message_id: int) -> None:
    """Notify the other party of a message, unless they were notified already or have read it."""
    with transaction.atomic():
        message = queries.take_message_to_notify(message_id)
        if message is None:
            return
        message.mailed_at = timezone.now()
        message.save(update_fields=["mailed_at"])
        notifications.notify_message(message)


@shared_task(base=TenantTask)
def mail_reply_warning(conversation_id: int, person_id: int, sentence: str) -> None:
    """Mail a person the reason why their reply was refused, unless they have left."""
    answering = queries.answering(conversation_id, person_id)
    if answering is not None:
        notifications.mail_reply_warning(*answering, sentence)


@shared_task(base=TenantTask)
def prepare_picture(picture_id: int) -> None:
    """Re-encode a picture of a message."""
    private_pictures.prepare(Picture, picture_id)


@shared_task(base=TenantTask)
def delete_files(name: str) -> None:
    """Delete the files of a deleted picture."""
    private_pictures.delete_files(name)


@shared_task(base=TenantTask)
def delete_lost_files() -> None:
    """Delete the files of deleted pictures if the job for them was lost."""
    private_pictures.delete_lost_files(Picture)
