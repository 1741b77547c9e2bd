"""Beat tasks of lending: reminders, lapsed loans, and jobs that may have been lost."""

from celery import shared_task
from django.utils import timezone

from saas.kernel import private_pictures
from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.lending import tasks
from tenants.community.lending.actions import things, times
from tenants.community.lending.models import LendingPicture
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 200


@shared_task(base=PublicTask)
def sweep_loans_everywhere() -> None:
    """Queue the care of each open space's loans."""
    fan_out(sweep_loans)


@shared_task(base=PublicTask)
def delete_lost_files_everywhere() -> None:
    """Queue the care of each open space's pictures of things."""
    fan_out(tasks.delete_lost_files)


@shared_task(base=TenantTask)
def sweep_loans() -> None:
    """Send reminders, close lapsed loans, delete drafts, and requeue lost jobs of pictures."""
    at = timezone.now()
    times.lapse(at=at)
    times.remind(at=at)
    things.forget_drafts(at=at)
    for picture in private_pictures.waiting_too_long(LendingPicture, at=at)[:MOST_AT_ONCE]:
        send(tasks.prepare_picture, picture.pk)
