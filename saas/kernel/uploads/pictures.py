"""Pictures that people send: what is taken, and the widths that are kept of it."""

import io
import math
import os
import re
import struct
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageCms

from saas.kernel import schema
from saas.kernel.errors import Refused

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 16_383  # more does not fit into a WebP
FORMATS = ("JPEG", "PNG", "WEBP")
WIDTHS = (160, 480, 960, 1600)
QUALITY = 78
_PUBLIC_NAME = re.compile(r"public/[a-z_]+/[A-Za-z0-9_-]{20,}-\d+\.webp\Z")
DRAFT = (1600, 1200)  # a large JPEG need not be decoded whole
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"})
# All that Pillow was seen to raise over files with a few wrong bytes, in EXIF as well.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, struct.error)
_LINES = 32
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = {_TURNS[turned] for turned in (5, 6, 7, 8)}
# One thread of each process decodes. Four of the largest pictures at once would be too many, and
# four threads in turn as well: the C library keeps for each of them what it has had once.
_decoder = ThreadPoolExecutor(1, thread_name_prefix="pictures")

# Pillow only warns above the limit and refuses above its double: a picture is refused at once.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def _begin_in_child() -> None:
    """Let a forked process decode by a thread of its own: its parent's is not there."""
    global _decoder  # noqa: PLW0603 - the one of this process
    _decoder = ThreadPoolExecutor(1, thread_name_prefix="pictures")


os.register_at_fork(after_in_child=_begin_in_child)


def read(upload: IO[bytes]) -> Image.Image:
    """Decode a picture, upright, in sRGB, with nothing in it but its pixels.

    Raises Refused with a sentence for the person: too big, too many pixels, another format.
    """
    upload.seek(0)
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused(_("Cette photo dépasse 12 Mo."))
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _check_sides(opened)
            opened.draft("RGB", DRAFT)
            return _decoder.submit(_only_pixels, opened).result()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused(_("Cette photo dépasse 40 millions de pixels.")) from error
    except _BROKEN as error:
        raise Refused(_sentence_for(content)) from error


def widths(image: Image.Image) -> dict[int, bytes]:
    """Return a WebP for each of our widths; a smaller picture is never blown up."""
    return {width: _webp(image, width) for width in WIDTHS}


def size_at(image: Image.Image, width: int) -> tuple[int, int]:
    """Return the width and height that the picture kept for `width` has."""
    new_width = min(width, image.width)
    return new_width, max(1, round(image.height * new_width / image.width))


def store(image: Image.Image, name: str) -> None:
    """Keep every width of a picture in Django's storage, beside one another under `name`."""
    for width, content in widths(image).items():
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


def _check_sides(opened: Image.Image) -> None:
    if max(opened.size) > LONGEST_SIDE:
        raise Refused(_("Cette photo est trop longue : coupez-la, puis recommencez."))


def _only_pixels(opened: Image.Image) -> Image.Image:
    """Copy the pixels out, a few lines at a time: the largest picture is in memory only once.

    What is far wider than the widest that is kept is reduced on the way.
    """
    turn = _TURNS.get(opened.getexif().get(ExifTags.Base.Orientation, 1))
    width = opened.height if turn in _LYING else opened.width
    factor = max(1, width // WIDTHS[-1])
    size = math.ceil(opened.width / factor), math.ceil(opened.height / factor)
    clean = Image.new("RGB", size, "white")
    step = factor * _LINES
    for top in range(0, opened.height, step):
        lines = opened.crop((0, top, opened.width, min(opened.height, top + step)))
        clean.paste(_opaque(lines).reduce(factor), (0, top // factor))
    profile = opened.info.get("icc_profile") if opened.mode == "RGB" else None
    opened.close()  # here and now: the next picture is decoded before its reader looks again
    upright = clean if turn is None else clean.transpose(turn)
    return _in_srgb(upright, profile) if profile else upright


def _opaque(lines: Image.Image) -> Image.Image:
    """Return lines of a picture in eight bits of red, green and blue, before white."""
    if lines.mode.startswith("I"):  # Pillow would make white of every grey of sixteen bits
        return lines.point(lambda level: level / 256).convert("L").convert("RGB")
    if not lines.has_transparency_data:
        return lines.convert("RGB")
    drawn = lines.convert("RGBA")
    white = Image.new("RGB", drawn.size, "white")
    white.paste(drawn, mask=drawn.getchannel("A"))
    return white


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):  # a broken profile costs some colour, not the picture
        return image
    if converted is None:
        return image
    converted.info.clear()
    return converted


def _webp(image: Image.Image, width: int) -> bytes:
    out = io.BytesIO()
    image.resize(size_at(image, width), Image.Resampling.LANCZOS).save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def _sentence_for(content: bytes) -> str:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return _("Cette photo est au format HEIC : enregistrez-la en JPEG, puis recommencez.")
    return _("Cette photo est illisible : choisissez une image JPEG, PNG ou WebP.")
