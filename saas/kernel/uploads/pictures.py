"""Pictures that people send: what is taken, and the widths that are kept of it."""

import re
from typing import IO, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.openers import limits
from saas.kernel.sandbox.verdicts import BusyError, TooHeavyError, UnfitError
from saas.kernel.sandbox.wire import Piece

MOST_BYTES = 12 * 1024 * 1024
WIDTHS = limits.WIDTHS
# While a page waits: for a picture to be drawn, and for its head to be looked at.
SECONDS, HEAD_SECONDS = 3.0, 1.0
_PUBLIC_NAME = re.compile(r"public/[a-z_]+/[A-Za-z0-9_-]{20,}-\d+\.webp\Z")


class Drawn(NamedTuple):
    """A picture that was decoded: its size, and a WebP for each of our widths."""

    width: int
    height: int
    widths: dict[int, bytes]


def read(upload: IO[bytes]) -> Drawn:
    """Draw a picture in a child while a page waits for it. Raises Refused."""
    content = _content_of(upload)
    try:
        return _drawn(runner.opened_now("picture", content, seconds=SECONDS))
    except (UnfitError, TooHeavyError, BusyError) as error:
        raise Refused(sentence_for(error)) from error


def check(upload: IO[bytes]) -> None:
    """Look at the head of a picture in a child; its pixels are a job's. Raises Refused."""
    try:
        runner.opened_now("head", _content_of(upload), seconds=HEAD_SECONDS)
    except (UnfitError, TooHeavyError, BusyError) as error:
        raise Refused(sentence_for(error)) from error
    finally:
        upload.seek(0)


def draw(content: bytes) -> Drawn:
    """Draw a picture in a child, in a job. Raises UnfitError or TooHeavyError."""
    return _drawn(list(runner.opened("picture", content)))


def store(picture: Drawn, name: str) -> None:
    """Keep every width of a picture in Django's storage, beside one another under `name`."""
    for width, content in picture.widths.items():
        default_storage.save(name_at(name, width), ContentFile(content))


def name_at(name: str, width: int) -> str:
    """Return the name of one width: `public/merchants/x.webp` becomes `…/x-480.webp`."""
    stem, dot, extension = name.rpartition(".")
    return f"{stem}-{width}{dot}{extension}"


def discard(name: str) -> None:
    """Take every width of a picture away for good."""
    for width in WIDTHS:
        default_storage.delete(name_at(name, width))


def address(view: str, name: str, width: int) -> str:
    """Return where a view hands out a public picture; nothing where there is none."""
    if not name:
        return ""
    _public, room, file = name_at(name, width).split("/")
    return reverse(view, args=[room, file])


def answer(room: str, file: str) -> FileResponse:
    """Hand out one width of a public picture, to be kept by whoever asks. Raises Http404."""
    name = f"{schema.PUBLIC}/{room}/{file}"
    if not _PUBLIC_NAME.match(name):
        raise Http404
    try:
        content = default_storage.open(name)
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        content_type="image/webp",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


def sentence_for(error: Exception) -> str:
    """Return what a person is told about a picture that could not be taken."""
    if isinstance(error, BusyError):
        return _("Beaucoup de photos arrivent en ce moment : réessayez dans un instant.")
    if isinstance(error, TooHeavyError):
        return _("Cette photo demande trop de mémoire ou de temps : enregistrez-la plus petite.")
    reason = error.reason if isinstance(error, UnfitError) else ""
    return {
        "too_many_pixels": _("Cette photo dépasse 40 millions de pixels."),
        "too_long": _("Cette photo est trop longue : coupez-la, puis recommencez."),
        "heic": _("Cette photo est au format HEIC : enregistrez-la en JPEG, puis recommencez."),
    }.get(reason) or _("Cette photo est illisible : choisissez une image JPEG, PNG ou WebP.")


def _content_of(upload: IO[bytes]) -> bytes:
    upload.seek(0)
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused(_("Cette photo dépasse 12 Mo."))
    return content


def _drawn(pieces: list[Piece]) -> Drawn:
    widths = {int(piece.words[0]): piece.content for piece in pieces}
    if set(widths) != set(WIDTHS):
        raise UnfitError("unreadable")
    _width, across, down = pieces[-1].words
    return Drawn(int(across), int(down), widths)
