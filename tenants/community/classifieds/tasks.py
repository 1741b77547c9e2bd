"""What is finished after the commit: pictures are re-encoded, authors are told in time."""

from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from saas.kernel import pictures
from saas.kernel.errors import Refused
from saas.kernel.tasks import TenantTask
from tenants.community.classifieds import notifications, queries
from tenants.community.classifieds.models import Picture


@shared_task(base=TenantTask)
def prepare_picture(picture_id: int) -> None:
    """Re-encode a picture in our widths, without what its file told of its taker."""
    with transaction.atomic():
        picture = queries.picture_to_prepare(picture_id)
        if picture is None:
            return
        try:
            with default_storage.open(queries.original_of(picture)) as original:
                image = pictures.read(original)
        except (Refused, FileNotFoundError):
            picture.state = Picture.State.FAILED
        else:
            for width, content in pictures.widths(image).items():
                _store(queries.file_of(picture.name, width), content)
            picture.state = Picture.State.READY
            picture.width, picture.height = image.size
        picture.save(update_fields=["state", "width", "height"])
    default_storage.delete(queries.original_of(picture))


@shared_task(base=TenantTask)
def delete_files(name: str) -> None:
    """Delete the files of a picture that is no more."""
    default_storage.delete(f"{name}.original")
    for width in pictures.WIDTHS:
        default_storage.delete(queries.file_of(name, width))


@shared_task(base=TenantTask)
def remind(classified_id: int) -> None:
    """Tell an author once that their classified is about to expire."""
    with transaction.atomic():
        classified = queries.not_reminded(classified_id)
        if classified is None:
            return
        classified.reminded_at = timezone.now()
        classified.save(update_fields=["reminded_at"])
        notifications.tell_of_expiry(classified)


def _store(name: str, content: bytes) -> None:
    default_storage.delete(name)  # a second run must not be given another name
    default_storage.save(name, ContentFile(content))
