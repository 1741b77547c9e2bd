"""Beat tasks of conversations."""

from celery import shared_task
from django.utils import timezone

from saas.kernel import private_pictures
from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.conversations import actions, tasks
from tenants.community.conversations.models import Picture
from tenants.community.conversations.queries import talks as queries
from tenants.spaces.spread import fan_out

MOST_AT_ONCE = 200


@shared_task(base=PublicTask)
def look_after_conversations() -> None:
    """Queue the care of each open space's conversations."""
    fan_out(tell_again)
    fan_out(look_after_pictures)


@shared_task(base=PublicTask)
def look_after_files() -> None:
    """Queue the care of the files of each open space's messages."""
    fan_out(tasks.delete_lost_files)


@shared_task(base=TenantTask)
def tell_again() -> None:
    """Queue again the letters whose job may have been lost."""
    for message in queries.left_untold(at=timezone.now())[:MOST_AT_ONCE]:
        send(tasks.mail_message, message.pk)


@shared_task(base=TenantTask)
def look_after_pictures() -> None:
    """Forget drafts, and queue again pictures whose job may have been lost."""
    at = timezone.now()
    actions.forget_drafts(at=at)
    for picture in private_pictures.waiting_too_long(Picture, at=at)[:MOST_AT_ONCE]:
        send(tasks.prepare_picture, picture.pk)
