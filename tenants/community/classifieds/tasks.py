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
    """Re-encode a picture; neighbours hear of one that they may see."""
    private_pictures.prepare(Picture, picture_id, on_ready=_publish)


def _publish(picture: Picture) -> None:
    if pictures.is_shared(picture):
        hooks.offers_changed.ask()


@shared_task(base=TenantTask)
def delete_files(name: str) -> None:
    """Delete the files of a picture that is no more."""
    private_pictures.delete_files(name)


@shared_task(base=TenantTask)
def delete_lost_files() -> None:
    """Delete the files of pictures that are no more, where the job that should have was lost."""
    private_pictures.delete_lost_files(Picture)


@shared_task(base=TenantTask)
def remind(classified_id: int) -> None:
    """Tell an author once that their classified is about to expire.

    The mail takes seconds: it is marked as sent before, so that nobody waits for it.
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
