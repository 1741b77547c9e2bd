"""Pictures: decoded upright, in sRGB, with nothing in them but their pixels, in several widths."""

import io
import math
import struct
import warnings
from collections.abc import Iterator
from typing import Any

from pi_heif import as_plugin
from PIL import ExifTags, Image, ImageCms

from saas.kernel.sandbox.openers.limits import CROP_RATIO, CROPS, WIDTHS
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.sandbox.wire import Piece

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 16_383  # more does not fit into a WebP
WRITTEN = ("JPEG", "PNG", "WEBP")
FORMATS = (*WRITTEN, "HEIF")  # a telephone's HEIC
QUALITY = 78
MAIL_SIDE = 144  # twice the 72 pixels of a digest's line
DRAFT = (1600, 1200)  # a large JPEG need not be decoded whole
# All that Pillow was seen to raise over files with a few wrong bytes, in EXIF as well.
_BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError),
    *(EOFError, RuntimeError, struct.error),  # libheif's
)
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

# Pillow only warns above the limit and refuses above its double: a picture is refused at once.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# A single thread, since each needs a stack: libheif rotates a picture and reduces ten bits to
# eight.
as_plugin.register_heif_opener(decode_threads=1, thumbnails=False)


def widths_of(content: bytes, options: dict[str, Any]) -> Iterator[Piece]:
    """Yield a WebP for each of our widths, with the size of the picture, cropped if asked."""
    image = cropped(read(content), str(options.get("crop", "")))
    for width in WIDTHS:
        yield Piece([width, *image.size], _webp(image, width))


def for_mail(content: bytes, _options: dict[str, Any]) -> Iterator[Piece]:
    """Yield the middle of a picture as a square JPEG, which every mail program shows."""
    image = read(content)
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    out = io.BytesIO()
    small = square.resize((MAIL_SIDE, MAIL_SIDE), Image.Resampling.LANCZOS)
    small.save(out, "JPEG", quality=QUALITY, optimize=True)
    yield Piece(None, out.getvalue())


def read(content: bytes) -> Image.Image:
    """Decode a picture. Raises UnfitError."""
    with _head_of(content) as opened:
        try:
            opened.draft("RGB", DRAFT)
            return _only_pixels(opened)
        except _BROKEN as error:
            raise UnfitError("unreadable") from error


def cropped(image: Image.Image, crop: str) -> Image.Image:
    """Return the part of a picture in 4:3 at its start, middle or end; all of it otherwise.

    Of a wide picture the start is its left side, of a tall picture its top.
    """
    if crop not in CROPS:
        return image
    width, height = image.size
    across = min(width, round(height * CROP_RATIO))
    down = min(height, round(width / CROP_RATIO))
    left, top = (round(CROPS[crop] * room) for room in (width - across, height - down))
    return image.crop((left, top, left + across, top + down))


def webp(content: bytes, width: int) -> bytes:
    """Return a picture decoded, and re-encoded in a width."""
    return _webp(read(content), width)


def size_at(size: tuple[int, int], width: int) -> tuple[int, int]:
    """Return the size of a picture in a width; a smaller picture is never enlarged."""
    new_width = min(width, size[0])
    return new_width, max(1, round(size[1] * new_width / size[0]))


def _head_of(content: bytes) -> Image.Image:
    try:
        opened = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UnfitError("too_many_pixels") from error
    except _BROKEN as error:
        raise UnfitError("unreadable") from error
    _check_size(opened)
    return opened


def _check_size(opened: Image.Image) -> None:
    if math.prod(opened.size) > MOST_PIXELS:
        raise UnfitError("too_many_pixels")
    if max(opened.size) > LONGEST_SIDE:
        raise UnfitError("too_long")


def _only_pixels(opened: Image.Image) -> Image.Image:
    """Return the pixels, copied a few lines at a time: a large picture is in memory only once.

    A picture far wider than the largest stored width is reduced on the way.
    """
    opened.load()
    _check_size(opened)  # a HEIC's head may name another size than its pixels have
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
    resized = image.resize(size_at(image.size, width), Image.Resampling.LANCZOS)
    resized.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def _warm() -> None:
    """Load the lazily loaded modules, which a locked child cannot load."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    for kind in WRITTEN:
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, kind, exif=exif, icc_profile=profile)
        list(widths_of(out.getvalue(), {}))


_warm()
