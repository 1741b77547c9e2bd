"""Pictures of members: each room has a table of its own; the operations on all of them are here.

A room's table extends `PrivatePicture` and declares the folder of its files (`folder`;
`older_folders` for rows from another room), the address that serves them (`address`) and the
condition for drafts of an incomplete form (`drafts`).
"""

import datetime as dt
import functools
from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone

from saas.kernel import hooks, retention, schema
from saas.kernel.models import RowNumber, SpaceModel
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from saas.kernel.tasks import call_after_commit
from saas.kernel.uploads import files, pictures

KIND = "picture"
DRAFT_RETENTION = dt.timedelta(days=2)
MOST_ATTEMPTS = 2  # to open a file
PREPARED_WITHIN = dt.timedelta(minutes=5)
LOST_AFTER = dt.timedelta(days=1)  # an upload in progress has files before its row
PHOTO_WIDTH, THUMB_WIDTH = 960, 160
A_YEAR = 365 * 24 * 3600

type Upload = File[bytes]


class PrivatePicture(SpaceModel):
    """A picture of a single space, re-encoded in several widths; the original is not kept.

    `name` is the stored files' name without width and extension; its last part appears in
    addresses.
    """

    RETENTION = retention.WITH_PARENT

    class State(models.TextChoices):
        """Whether it can be shown."""

        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"
        HIDDEN = "hidden"  # by moderation

    id = RowNumber(primary_key=True)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=200, unique=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField()

    folder: ClassVar[str]
    older_folders: ClassVar[tuple[str, ...]] = ()
    address: ClassVar[str]
    drafts: ClassVar[models.Q]

    class Meta:
        abstract = True
        base_manager_name = "objects"
        ordering: ClassVar[list[str]] = ["position", "id"]

    def __str__(self) -> str:
        return f"picture {self.token}"

    @property
    def token(self) -> str:
        """Return the unguessable token used in addresses."""
        return self.name.rpartition("/")[2]


class Photo(NamedTuple):
    """A picture as a page shows it."""

    url: str
    srcset: str
    thumb: str
    full: str
    width: int
    height: int
    token: str


def receive[P: PrivatePicture](
    table: type[P], upload: Upload, *, uploader_id: int, at: dt.datetime
) -> P:
    """Keep a picture as its uploader's draft, with its original. Raises Refused."""
    pictures.content_of(upload)
    name = files.private_name(table.folder, "original").removesuffix(".original")
    picture = table(uploader_id=uploader_id, name=name, uploaded_at=at)
    picture.full_clean()
    picture.save()
    default_storage.save(original_of(name), upload)
    return picture


def prepare[P: PrivatePicture](
    table: type[P], picture_id: int, *, on_ready: Callable[[P], None] | None = None
) -> None:
    """Re-encode a picture in our widths, without the metadata of its camera.

    This takes seconds, so the row is locked only at the end: its uploader may be posting meanwhile.
    Each try is counted before it begins; a picture with a dead child process waits for the clock's
    next round, and is refused after the second.
    """
    waiting = _waiting(table).filter(pk=picture_id)
    row = waiting.values_list("name", "attempts").first()
    if row is None:
        return
    name, attempts = row
    drawn = None
    if attempts < MOST_ATTEMPTS:
        waiting.update(attempts=models.F("attempts") + 1)
        try:
            drawn = _drawn(name)
        except TooHeavyError:
            if attempts + 1 < MOST_ATTEMPTS:
                return
    _keep(table, picture_id, drawn, on_ready=on_ready)
    default_storage.delete(original_of(name))


def _keep[P: PrivatePicture](
    table: type[P],
    picture_id: int,
    drawn: pictures.Drawn | None,
    *,
    on_ready: Callable[[P], None] | None,
) -> None:
    with transaction.atomic():
        picture = to_prepare(table, picture_id)
        if picture is None:
            return
        if drawn is not None:
            for width, content in drawn.widths.items():
                _store(file_of(picture.name, width), content)
            picture.width, picture.height = drawn.width, drawn.height
        picture.state = table.State.READY if drawn else table.State.FAILED
        picture.save(update_fields=["state", "width", "height"])
        if on_ready is not None:
            on_ready(picture)


def delete_files(name: str) -> None:
    """Delete the files of a deleted picture."""
    default_storage.delete(original_of(name))
    for width in pictures.WIDTHS:
        default_storage.delete(file_of(name, width))


def erase_of(table: type[PrivatePicture], person_id: int) -> None:
    """Delete all pictures of a person, and their files after the commit.

    If a process dies in between, the nightly deletion of lost files finds them.
    """
    for name in table.objects.filter(uploader_id=person_id).values_list("name", flat=True):
        call_after_commit(functools.partial(delete_files, name))
    table.objects.filter(uploader_id=person_id).delete()


def delete_lost_files(table: type[PrivatePicture]) -> None:
    """Delete the files of deleted pictures, if the job for it was lost."""
    folder = f"{schema.current()}/{table.folder}"
    try:
        _folders, found = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    names = {name for each in _tables() for name in each.objects.values_list("name", flat=True)}
    old = timezone.now() - LOST_AFTER
    for file in found:
        name = f"{folder}/{file}"
        if _name_in(name) not in names and default_storage.get_modified_time(name) < old:
            default_storage.delete(name)


def to_prepare[P: PrivatePicture](table: type[P], picture_id: int) -> P | None:
    """Lock and return a waiting picture, after other jobs have released it."""
    return _waiting(table).filter(pk=picture_id).select_for_update().first()


def waiting_too_long[P: PrivatePicture](
    table: type[P], *, at: dt.datetime
) -> models.QuerySet[P, P]:
    """List pictures that should have been re-encoded by now."""
    late = _waiting(table).filter(uploaded_at__lt=at - PREPARED_WITHIN)
    return late.order_by("uploaded_at")


def old_drafts[P: PrivatePicture](table: type[P], *, at: dt.datetime) -> models.QuerySet[P, P]:
    """Return the abandoned drafts, older than their retention."""
    old = table.objects.filter(table.drafts, uploaded_at__lt=at - DRAFT_RETENTION)
    return old.order_by("uploaded_at")


def own_drafts[P: PrivatePicture](
    table: type[P], ids: Iterable[int], *, uploader_id: int, besides: models.Q | None = None
) -> list[P]:
    """Return a person's drafts, and pictures of the current object, in the requested order."""
    free = table.drafts if besides is None else table.drafts | besides
    wanted = list(ids)
    found = table.objects.filter(free, uploader_id=uploader_id).in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def named[P: PrivatePicture](
    table: type[P], token: str, *, seen: models.Q, viewer_id: int
) -> P | None:
    """Return a picture visible to the viewer, or their own draft."""
    rows = _with_token(table, token).filter(seen | models.Q(uploader_id=viewer_id))
    return rows.filter(state=table.State.READY).first()


def conceal(token: str, *, hidden: bool) -> bool:
    """Hide a picture of any room, or show it again; return True if it exists."""
    shown, unseen = PrivatePicture.State.READY, PrivatePicture.State.HIDDEN
    before, after = (shown, unseen) if hidden else (unseen, shown)
    found = [_with_token(table, token) for table in _tables()]
    for rows in found:
        rows.filter(state=before).update(state=after)
    return any(rows.exists() for rows in found)


def subject_of(picture: PrivatePicture, *, title: str, url: str) -> hooks.Subject:
    """Return a picture as a subject of moderation, with its object's title."""
    return hooks.Subject(
        kind=KIND,
        id=picture.pk,
        title=title,
        url=url,
        owner_id=picture.uploader_id,
        picture_url=url_of(picture, THUMB_WIDTH),
        state="",
        open=False,
        writable=False,
    )


def tokens_of(rows: Iterable[PrivatePicture]) -> tuple[str, ...]:
    """List the tokens of the pictures that can be shown."""
    return tuple(row.token for row in rows if row.state == PrivatePicture.State.READY)


def to_judge(token: str) -> PrivatePicture | None:
    """Return a picture of any room, hidden or not, for its moderator."""
    seen = (PrivatePicture.State.READY, PrivatePicture.State.HIDDEN)
    for table in _tables():
        picture: PrivatePicture | None = _with_token(table, token).filter(state__in=seen).first()
        if picture is not None:
            return picture
    return None


def _with_token[P: PrivatePicture](table: type[P], token: str) -> models.QuerySet[P, P]:
    folders = (table.folder, *table.older_folders)
    names = [f"{schema.current()}/{folder}/{token}" for folder in folders]
    return table.objects.filter(name__in=names)


def answer(picture: PrivatePicture | None, width: int) -> FileResponse:
    """Return the response with a width of a picture that the person may see. Raises Http404."""
    name = file_of(picture.name, width) if picture else ""
    if width not in pictures.WIDTHS or not name or not default_storage.exists(name):
        raise Http404
    response = FileResponse(default_storage.open(name), content_type="image/webp")
    response["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return response


def photos_of(rows: Iterable[PrivatePicture]) -> list[Photo]:
    """List the pictures that can be shown."""
    return [_photo(row) for row in rows if row.state == PrivatePicture.State.READY]


def _photo(picture: PrivatePicture) -> Photo:
    return Photo(
        url=url_of(picture, PHOTO_WIDTH),
        srcset=srcset_of(picture),
        thumb=url_of(picture, THUMB_WIDTH),
        full=url_of(picture, picture.width),
        width=picture.width,
        height=picture.height,
        token=picture.token,
    )


def file_of(name: str, width: int) -> str:
    """Return the path of a picture in a width."""
    return f"{name}-{width}.webp"


def original_of(name: str) -> str:
    """Return the path of the uploaded file, before it is re-encoded."""
    return f"{name}.original"


def widths_of(picture: PrivatePicture) -> list[tuple[int, int]]:
    """Return each stored width that adds something, with the width that its file really has."""
    smaller = [width for width in pictures.WIDTHS if width < picture.width]
    largest = next((width for width in pictures.WIDTHS if width >= picture.width), None)
    widths = smaller if largest is None else [*smaller, largest]
    return [(width, min(width, picture.width)) for width in widths]


def url_of(picture: PrivatePicture, width: int) -> str:
    """Return the address of the smallest stored width of at least `width`."""
    return reverse(picture.address, args=[picture.token, stored_for(picture, width)])


def file_for(picture: PrivatePicture, width: int) -> str:
    """Return the path of the smallest stored width of at least `width`."""
    return file_of(picture.name, stored_for(picture, width))


def srcset_of(picture: PrivatePicture) -> str:
    """Return all stored widths as `srcset` wants them."""
    return ", ".join(
        f"{reverse(picture.address, args=[picture.token, label])} {width}w"
        for label, width in widths_of(picture)
    )


def stored_for(picture: PrivatePicture, width: int) -> int:
    """Return the smallest stored width of at least `width`, else the largest."""
    stored = [label for label, _ in widths_of(picture)]
    return next((label for label in stored if label >= width), stored[-1])


def _waiting[P: PrivatePicture](table: type[P]) -> models.QuerySet[P, P]:
    return table.objects.filter(state=table.State.WAITING)


def _tables() -> list[type[PrivatePicture]]:
    """Return the pictures' tables of all rooms: a row may have moved to another than its file."""
    return [model for model in apps.get_models() if issubclass(model, PrivatePicture)]


def _name_in(file: str) -> str:
    if file.endswith(".original"):
        return file.removesuffix(".original")
    return file.rpartition("-")[0]


def _drawn(name: str) -> pictures.Drawn | None:
    """Return the uploaded picture re-encoded; None if it cannot be read. Raises TooHeavyError."""
    try:
        with default_storage.open(original_of(name)) as original:
            return pictures.draw(original.read())
    except (UnfitError, FileNotFoundError):
        return None


def _store(name: str, content: bytes) -> None:
    default_storage.delete(name)  # a second run must not be given another name
    default_storage.save(name, ContentFile(content))
