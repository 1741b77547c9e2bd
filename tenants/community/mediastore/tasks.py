"""Tasks after the commit: open files, fetch feeds, delete withdrawn files."""

import datetime as dt
import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from saas.kernel import cache, schema
from saas.kernel.sandbox.verdicts import TooHeavyError
from saas.kernel.tasks import OutsideTask, TenantTask, check_time, send
from saas.kernel.uploads import files
from tenants.community.mediastore.gateway import epub, feeds, pdf, scanner
from tenants.community.mediastore.models import Illustration, Medium, Part
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.rules.files import (
    EPUB,
    MOST_ATTEMPTS,
    PDF,
    TOO_HEAVY,
    Unfit,
    type_of,
)

ROOM = "mediastore"
LOST_AFTER = dt.timedelta(days=1)
# A space opens a single file at a time, so that uploads do not keep mails from the workers.
TURN, TURN_SECONDS, COMES_AGAIN_SECONDS = "media-prepare", 300, 20

logger = logging.getLogger(__name__)


@shared_task(base=TenantTask)
def prepare(medium_id: int) -> None:
    """Open an uploaded file: save its pages and chapters, or the reason of the failure."""
    waiting = Medium.objects.filter(pk=medium_id, state=Medium.State.WAITING)
    medium = waiting.exclude(upload="").first()
    if medium is None:
        return
    if not cache.claimed(TURN, seconds=TURN_SECONDS):
        send(prepare, medium_id, after_seconds=COMES_AGAIN_SECONDS)
        return
    try:
        _prepare(medium)
    finally:
        cache.forget(TURN)


def _prepare(medium: Medium) -> None:
    """Open a file, counting the attempt first: a file that kills the process is tried twice."""
    if medium.attempts >= MOST_ATTEMPTS:
        _refuse(medium, TOO_HEAVY)
        return
    try:
        content = _content_of(medium)
        scanner.check(content)
        Medium.objects.filter(pk=medium.pk).update(attempts=F("attempts") + 1)
        parts, illustrations = _opened(medium, content)
    except Unfit as unfit:
        _refuse(medium, unfit.reason)
    except (TooHeavyError, SoftTimeLimitExceeded):
        if medium.attempts + 1 >= MOST_ATTEMPTS:
            _refuse(medium, TOO_HEAVY)
        else:
            send(prepare, medium.pk, after_seconds=COMES_AGAIN_SECONDS)
    else:
        _put_on_shelf(medium, parts, illustrations)


@shared_task(base=OutsideTask)
def fetch_feed(medium_id: int) -> None:
    """Fetch the newest episodes of a podcast; episodes already fetched stay unchanged.

    If the feed does not respond tonight, its episodes stay; if it never responded, it is rejected.
    A feed that runs into the time limit continues the next night.
    """
    medium = Medium.objects.filter(pk=medium_id, withdrawn_at=None).exclude(feed="").first()
    if medium is None:
        return
    reason = ""
    try:
        for episode in reversed(feeds.episodes_of(medium.feed)):
            check_time()
            reason = _fetched(medium, episode) or reason
    except Unfit as unfit:
        reason = unfit.reason
    except SoftTimeLimitExceeded:
        reason = "unreachable"
    if medium.parts.exists():
        Medium.objects.filter(pk=medium_id).update(
            state=Medium.State.READY, failure="", fetched_at=timezone.now()
        )
    else:
        _refuse(medium, reason or "empty")


@shared_task(base=TenantTask)
def delete_files_of(medium_id: int) -> None:
    """Delete the files of a medium that was taken off the shelf."""
    medium = Medium.objects.filter(pk=medium_id).exclude(withdrawn_at=None).first()
    if medium is None:
        return
    names = [medium.upload, *medium.parts.exclude(file="").values_list("file", flat=True)]
    names += medium.illustrations.values_list("file", flat=True)
    medium.parts.all().delete()
    medium.illustrations.all().delete()
    Medium.objects.filter(pk=medium_id).update(upload="")
    for name in filter(None, names):
        default_storage.delete(name)


@shared_task(base=TenantTask)
def delete_lost_files() -> None:
    """Delete files of the shelf that no row names, a day after they came."""
    folder = f"{schema.current()}/{ROOM}"
    try:
        _folders, found = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    named = {
        *Medium.objects.exclude(upload="").values_list("upload", flat=True),
        *Part.objects.exclude(file="").values_list("file", flat=True),
        *Illustration.objects.values_list("file", flat=True),
    }
    old = timezone.now() - LOST_AFTER
    for file in found:
        name = f"{folder}/{file}"
        if name not in named and default_storage.get_modified_time(name) < old:
            default_storage.delete(name)


def _content_of(medium: Medium) -> bytes:
    try:
        with default_storage.open(medium.upload) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise Unfit("unreadable") from error


def _opened(medium: Medium, content: bytes) -> tuple[list[Part], list[Illustration]]:
    """Return the parts and pictures of a file, after saving their files."""
    content_type = type_of(content)
    if content_type == PDF:
        return list(_pages(medium, content)), []
    if content_type == EPUB:
        return _chapters(medium, content)
    part = Part(
        medium=medium,
        number=1,
        kind=Part.Kind.VIDEO,
        title=medium.title,
        file=medium.upload,
        content_type=content_type,
    )
    return [part], []


def _pages(medium: Medium, content: bytes) -> list[Part]:
    return [
        Part(
            medium=medium,
            number=number,
            kind=Part.Kind.PAGE,
            text=page.text,
            file=_store(page.picture, "webp"),
            content_type="image/webp",
            width=page.width,
            height=page.height,
        )
        for number, page in enumerate(pdf.pages_of(content), start=1)
    ]


def _chapters(medium: Medium, content: bytes) -> tuple[list[Part], list[Illustration]]:
    illustrations: list[Illustration] = []

    def store_illustration(picture: bytes) -> None:
        number = len(illustrations) + 1
        row = Illustration(medium=medium, number=number, file=_store(picture, "webp"))
        illustrations.append(row)

    first = reverse("mediastore:illustration", args=[medium.reference, 1])
    address = f"{first.removesuffix('1/')}{epub.NUMBER}/"
    chapters = epub.chapters_of(content, store_illustration, address=address)
    parts = [
        Part(
            medium=medium,
            number=number,
            kind=Part.Kind.CHAPTER,
            title=chapter.title,
            text=chapter.html,
        )
        for number, chapter in enumerate(chapters, start=1)
    ]
    if not parts:
        raise Unfit("empty")
    return parts, illustrations


def _put_on_shelf(medium: Medium, parts: list[Part], illustrations: list[Illustration]) -> None:
    """Write the parts at once, unless another job was faster; then the files lose their rows."""
    with transaction.atomic():
        row = queries.for_change(medium.pk)
        if row.state != Medium.State.WAITING:
            return
        Part.objects.bulk_create(parts)
        Illustration.objects.bulk_create(illustrations)
        plays = any(part.file == row.upload for part in parts)
        upload, row.upload = row.upload, row.upload if plays else ""
        row.state = Medium.State.READY
        row.save(update_fields=["state", "upload"])
    if not plays:
        default_storage.delete(upload)


def _fetched(medium: Medium, episode: feeds.Episode) -> str:
    """Fetch an episode unless it is here already; return the reason of a failure, or empty."""
    if medium.parts.filter(key=episode.key).exists():
        return ""
    try:
        recording = feeds.recording_of(episode)
        scanner.check(recording.content)
    except Unfit as unfit:
        return unfit.reason
    _add_episode(medium, episode, recording)
    return ""


def _add_episode(medium: Medium, episode: feeds.Episode, recording: feeds.Recording) -> None:
    file = _store(recording.content, recording.content_type.partition("/")[2])
    with transaction.atomic():
        queries.for_change(medium.pk)
        if medium.parts.filter(key=episode.key).exists():
            return
        Part.objects.create(
            medium=medium,
            number=medium.parts.count() + 1,
            kind=Part.Kind.AUDIO,
            title=episode.title,
            file=file,
            content_type=recording.content_type,
            key=episode.key,
            published_at=episode.published_at,
        )


def _refuse(medium: Medium, reason: str) -> None:
    waiting = Medium.objects.filter(pk=medium.pk, state=Medium.State.WAITING)
    waiting.update(state=Medium.State.FAILED, failure=reason)
    logger.info("medium %s was refused: %s", medium.reference, reason)


def _store(content: bytes, extension: str) -> str:
    return default_storage.save(files.private_name(ROOM, extension), ContentFile(content))
