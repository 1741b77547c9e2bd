"""Beat tasks of classifieds and their pictures."""

from celery import shared_task
from django.utils import timezone

from saas.kernel import private_pictures
from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.classifieds import actions, tasks
from tenants.community.classifieds.models import Picture
from tenants.community.classifieds.queries import single as queries
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 200


@shared_task(base=PublicTask)
def sweep_boards() -> None:
    """Queue the care of each open space's board."""
    fan_out(sweep_board)


@shared_task(base=PublicTask)
def delete_lost_files_everywhere() -> None:
    """Queue the care of each open space's pictures."""
    fan_out(tasks.delete_lost_files)


@shared_task(base=TenantTask)
def sweep_board() -> None:
    """Close expired classifieds, delete old drafts, and requeue jobs that may be lost."""
    at = timezone.now()
    actions.expire(at=at)
    actions.forget_drafts(at=at)
    for classified in queries.to_remind(at=at)[:MOST_AT_ONCE]:
        send(tasks.remind, classified.pk)
    for picture in private_pictures.waiting_too_long(Picture, at=at)[:MOST_AT_ONCE]:
        send(tasks.prepare_picture, picture.pk)
