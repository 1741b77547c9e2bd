"""Pictures that people send: what is taken, and the widths that are kept of it."""

import io
import re
import struct
import warnings
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

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

# Pillow only warns above the limit and refuses above its double: a picture is refused at once.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


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
            return _only_pixels(opened)
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
    upright = _in_srgb(ImageOps.exif_transpose(opened))
    clean = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        clean.paste(upright, mask=upright.getchannel("A"))
    else:
        clean.paste(upright.convert("RGB"))
    return clean


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode != "RGB":
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):  # a broken profile costs some colour, not the picture
        return image
    return converted or image


def _webp(image: Image.Image, width: int) -> bytes:
    out = io.BytesIO()
    image.resize(size_at(image, width), Image.Resampling.LANCZOS).save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def _sentence_for(content: bytes) -> str:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return _("Cette photo est au format HEIC : enregistrez-la en JPEG, puis recommencez.")
    return _("Cette photo est illisible : choisissez une image JPEG, PNG ou WebP.")
