"""Tasks after the commit: pictures are re-encoded, authors are told in time."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from saas.kernel import hooks, private_pictures
from saas.kernel.tasks import TenantTask
from tenants.community.classifieds import notifications
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.classifieds.queries import pictures, single


@shared_task(base=TenantTask)
def prepare_picture(picture_id: int) -> None:
    """Re-encode a picture; if neighbours may see it, publish the change to them."""
    private_pictures.prepare(Picture, picture_id, on_ready=_publish)


def _publish(picture: Picture) -> None:
    if pictures.is_shared(picture):
        hooks.offers_changed.ask()


@shared_task(base=TenantTask)
def delete_files(name: str) -> None:
    """Delete the files of a deleted picture."""
    private_pictures.delete_files(name)


@shared_task(base=TenantTask)
def delete_lost_files() -> None:
    """Delete the files of deleted pictures if the job for them was lost."""
    private_pictures.delete_lost_files(Picture)


@shared_task(base=TenantTask)
def remind(classified_id: int) -> None:
    """Mail an author a single reminder that their classified is about to expire.

    Sending takes seconds: the row is marked as reminded first, so that no lock is held during it.
    """
    with transaction.atomic():
        classified = single.not_reminded(classified_id)
        if classified is None:
            return
        classified.reminded_at = timezone.now()
        classified.save(update_fields=["reminded_at"])
    try:
        notifications.notify_expiry(classified)
    except Exception:
        Classified.objects.filter(pk=classified_id).update(reminded_at=None)
        raise
