"""Pictures uploaded by people: the accepted files, and the widths stored."""

import re
from typing import IO, NamedTuple

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.openers import limits
from saas.kernel.sandbox.verdicts import HEAVY, TooHeavyError, UnfitError
from saas.kernel.sandbox.wire import Piece

MOST_BYTES = 12 * 1024 * 1024
WIDTHS = limits.WIDTHS
_HEAD_BYTES = 12
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# Of a telephone's HEIC; `mif1` names the container alone.
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_PUBLIC_NAME = re.compile(r"public/[a-z_]+/[A-Za-z0-9_-]{20,}-\d+\.webp\Z")


class Drawn(NamedTuple):
    """A picture that was decoded: its size, and a WebP for each of our widths."""

    width: int
    height: int
    widths: dict[int, bytes]


def content_of(upload: IO[bytes]) -> bytes:
    """Return a picture as it came; a job opens it. Raises Refused: too large, another format."""
    upload.seek(0)
    content = upload.read(MOST_BYTES + 1)
    upload.seek(0)
    if len(content) > MOST_BYTES:
        raise Refused(str(_("Cette photo dépasse 12 Mo.")))
    if not _names_a_format(content[:_HEAD_BYTES]):
        raise Refused(sentence_for("unreadable"))
    return content


def draw(content: bytes, *, crop: str = "") -> Drawn:
    """Draw a picture in a child, in a job. Raises UnfitError or TooHeavyError."""
    return _drawn(list(runner.opened("picture", content, crop=crop)))


def store(picture: Drawn, name: str) -> None:
    """Store every width of a picture in Django's storage, side by side under `name`."""
    for width, content in picture.widths.items():
        default_storage.delete(name_at(name, width))  # a second run is given no other name
        default_storage.save(name_at(name, width), ContentFile(content))


def store_original(content: bytes, name: str) -> None:
    """Keep a picture as it came, until a job has drawn its widths."""
    default_storage.save(original_of(name), ContentFile(content))


def draw_original(name: str, *, crop: str = "") -> Drawn:
    """Draw a picture that was kept as it came. Raises UnfitError or TooHeavyError."""
    try:
        with default_storage.open(original_of(name)) as original:
            return draw(original.read(), crop=crop)
    except FileNotFoundError as error:
        raise UnfitError("unreadable") from error


def for_mail(name: str) -> bytes:
    """Return a stored picture as a small square JPEG; nothing if its file is gone or broken.

    Several mail programs show no WebP, and none is sure to cut a picture to a square.
    """
    try:
        with default_storage.open(name) as stored:
            [piece] = runner.opened("mail_picture", stored.read())
    except (FileNotFoundError, UnfitError, TooHeavyError):
        return b""
    return piece.content


def original_of(name: str) -> str:
    """Return the name of a picture's original, which is never served."""
    return f"{name.rpartition('.')[0]}.original"


def name_at(name: str, width: int) -> str:
    """Return the name of a width: `public/merchants/x.webp` becomes `…/x-480.webp`."""
    stem, dot, extension = name.rpartition(".")
    return f"{stem}-{width}{dot}{extension}"


def discard(name: str) -> None:
    """Take every width of a picture away for good."""
    default_storage.delete(original_of(name))
    for width in WIDTHS:
        default_storage.delete(name_at(name, width))


def address(view: str, name: str, width: int) -> str:
    """Return the URL of a public picture in a view; empty without a picture."""
    if not name:
        return ""
    _public, room, file = name_at(name, width).split("/")
    return reverse(view, args=[room, file])


def answer(room: str, file: str) -> HttpResponseBase:
    """Return a width of a public picture, cacheable by the client. Raises Http404.

    Until a job has rendered the picture, our rings are shown in its place.
    """
    name = f"{schema.PUBLIC}/{room}/{file}"
    if not _PUBLIC_NAME.match(name):
        raise Http404
    try:
        content = default_storage.open(name)
    except FileNotFoundError as error:
        if not default_storage.exists(original_of(_without_width(name))):
            raise Http404 from error
        rings = HttpResponseRedirect(staticfiles_storage.url("rings.svg"))
        rings["Cache-Control"] = "no-store"
        return rings
    return FileResponse(
        content,
        content_type="image/webp",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


_SENTENCES = {
    HEAVY: _("Cette photo demande trop de mémoire ou de temps : enregistrez-la plus petite."),
    "too_many_pixels": _("Cette photo dépasse 40 millions de pixels."),
    "too_long": _("Cette photo est trop longue : coupez-la, puis recommencez."),
}
_UNREADABLE = _("Cette photo est illisible : choisissez une image JPEG, PNG, WebP ou HEIC.")


def sentence_for(reason: str) -> str:
    """Return the message about a picture that could not be accepted."""
    return str(_SENTENCES.get(reason, _UNREADABLE))


def _without_width(name: str) -> str:
    return f"{name.rpartition('-')[0]}.webp"


def _names_a_format(head: bytes) -> bool:
    return (
        head.startswith((_JPEG, _PNG))
        or (head[:4], head[8:]) == (b"RIFF", b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:] in _HEIC)
    )


def _drawn(pieces: list[Piece]) -> Drawn:
    widths = {int(piece.words[0]): piece.content for piece in pieces}
    if set(widths) != set(WIDTHS):
        raise UnfitError("unreadable")
    _width, across, down = pieces[-1].words
    return Drawn(int(across), int(down), widths)
