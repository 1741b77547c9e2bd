"""Tasks after the commit: pictures are re-encoded, authors are told in time."""

import datetime as dt

from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from PIL.Image import Image

from saas.kernel import hooks, pictures, schema
from saas.kernel.errors import Refused
from saas.kernel.tasks import TenantTask
from tenants.community.classifieds import notifications, queries
from tenants.community.classifieds.models import Classified, Picture

LOST_AFTER = dt.timedelta(days=1)  # whoever posts just now has files before there is a row


@shared_task(base=TenantTask)
def prepare_picture(picture_id: int) -> None:
    """Re-encode a picture in our widths, without what its file told of its taker.

    That takes seconds, so the row is held only at the end: its author is posting meanwhile.
    """
    waiting = queries.picture_waiting(picture_id)
    if waiting is None:
        return
    image = _decoded(waiting)
    contents = pictures.widths(image) if image else {}
    with transaction.atomic():
        picture = queries.picture_to_prepare(picture_id)
        if picture is None:
            return
        for width, content in contents.items():
            _store(queries.file_of(picture.name, width), content)
        picture.state = Picture.State.READY if image else Picture.State.FAILED
        picture.width, picture.height = image.size if image else (0, 0)
        picture.save(update_fields=["state", "width", "height"])
        if queries.is_shared(picture):
            hooks.offers_changed.ask()
    default_storage.delete(queries.original_of(picture))


@shared_task(base=TenantTask)
def delete_files(name: str) -> None:
    """Delete the files of a picture that is no more."""
    default_storage.delete(f"{name}.original")
    for width in pictures.WIDTHS:
        default_storage.delete(queries.file_of(name, width))


@shared_task(base=TenantTask)
def delete_lost_files() -> None:
    """Delete the files of pictures that are no more, where the job that should have was lost."""
    folder = f"{schema.current()}/{queries.FOLDER}"
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    kept = queries.names_of_pictures()
    old = timezone.now() - LOST_AFTER
    for file in files:
        name = f"{folder}/{file}"
        if queries.name_in(name) not in kept and default_storage.get_modified_time(name) < old:
            default_storage.delete(name)


@shared_task(base=TenantTask)
def remind(classified_id: int) -> None:
    """Tell an author once that their classified is about to expire.

    The letter takes seconds: it is marked as sent before, so that nobody waits for it.
    """
    with transaction.atomic():
        classified = queries.not_reminded(classified_id)
        if classified is None:
            return
        classified.reminded_at = timezone.now()
        classified.save(update_fields=["reminded_at"])
    try:
        notifications.tell_of_expiry(classified)
    except Exception:
        Classified.objects.filter(pk=classified_id).update(reminded_at=None)
        raise


def _decoded(picture: Picture) -> Image | None:
    """Return the pixels of what was sent; nothing when they cannot be read."""
    try:
        with default_storage.open(queries.original_of(picture)) as original:
            return pictures.read(original)
    except (Refused, FileNotFoundError):
        return None


def _store(name: str, content: bytes) -> None:
    default_storage.delete(name)  # a second run must not be given another name
    default_storage.save(name, ContentFile(content))
