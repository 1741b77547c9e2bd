"""Valid pictures, invalid files and pictures that would fill a machine; all made from a seed."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from infra.drills.inside.access.uploads import telephone

# A word in all metadata of a file; it must not survive.
CANARY = "troovoncanary"
SIZE = (400, 200)
RED, WHITE = (255, 0, 0), (255, 255, 255)
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825
LYING = 6
GREATEST = 6_300
FLIPPED = 12
_PATHS = (
    f"../../{CANARY}.jpg",
    f"C:\\{CANARY}.jpg",
    f"{CANARY}\0.jpg",
    f"{CANARY}\u202egpj.exe",
    f"{CANARY * 25}.jpg",
    f"<script>{CANARY}</script>.jpg",
    f"{CANARY}.jpg.html",
    f"{CANARY}.jpg;x=y",
    f"🔧{CANARY}",
    "",
)
_TYPES = (
    "text/html",
    "image/svg+xml",
    "",
    "x" * 5_000,
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
)


class Sample(NamedTuple):
    """A file as sent; `taken` is null if both outcomes are allowed."""

    what: str
    content: bytes
    taken: bool | None
    name: str = "photo.jpg"
    content_type: str = "image/jpeg"
    upright: bool = False  # its first quarter is red, and no other


def all_samples(seed: int, *, rounds: int) -> list[Sample]:
    """Return every sample, and so many of each good picture with some wrong bytes."""
    chance = random.Random(seed)  # noqa: S311 - the same seed gives the same files
    good = list(_good())
    return [*good, *_named(good[0]), *_none(good[0]), *_bombs(), *_broken(good, chance, rounds)]


def greatest() -> Sample:
    """Return the largest accepted picture, in few bytes."""
    return Sample("40 million pixels", png(GREATEST, GREATEST, colours=6), taken=True)


def png(width: int, height: int, *, colours: int, lines: int | None = None) -> bytes:
    """Return an empty PNG of any size; `lines` limits the number of lines included."""
    channels = {0: 1, 2: 3, 6: 4}[colours]
    line = bytes(1 + width * channels)
    packer = zlib.compressobj(9)
    drawn = [packer.compress(line) for _ in range(height if lines is None else lines)]
    head = struct.pack("!IIBBBBB", width, height, 8, colours, 0, 0, 0)
    return _chunks((b"IHDR", head), (b"IDAT", b"".join([*drawn, packer.flush()])), (b"IEND", b""))


def _chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    written = b"\x89PNG\r\n\x1a\n"
    for name, content in chunks:
        crc = struct.pack("!I", zlib.crc32(name + content))
        written += struct.pack("!I", len(content)) + name + content + crc
    return written


def _drawn(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", SIZE, WHITE)
    image.paste(RED, (0, 0, SIZE[0] // 2, SIZE[1] // 2))
    return image if mode == "RGB" else image.convert(mode)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION], exif[DESCRIPTION] = orientation, CANARY
    exif.get_ifd(GPS).update({1: "N", 2: (47.0, 23.0, 28.0), 29: CANARY})
    return exif


def _good() -> Iterator[Sample]:
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode()
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lying = _drawn().transpose(Image.Transpose.ROTATE_90)
    notes = {"exif": _exif(LYING), "xmp": xmp, "icc_profile": icc}
    words = PngInfo()
    words.add_text("Comment", CANARY)
    words.add_text("Packed", CANARY, zip=True)
    words.add_itxt("Author", CANARY)
    jpeg = _saved(lying, "JPEG", comment=CANARY.encode(), quality=95, **notes)
    yield Sample("JPEG that tells much", jpeg, taken=True, upright=True)
    yield Sample(
        "PNG that tells much",
        _saved(lying, "PNG", pnginfo=words, exif=_exif(LYING)),
        taken=True,
        upright=True,
    )
    yield Sample(
        "WebP that tells much",
        _saved(lying, "WEBP", lossless=True, **notes),
        taken=True,
        upright=True,
    )
    yield Sample("HEIC that tells much", telephone.lying(), taken=True, upright=True)
    for mode, kind in (("CMYK", "JPEG"), ("RGBA", "PNG"), ("P", "PNG")):
        yield Sample(f"{mode} {kind}", _saved(_drawn(mode), kind), taken=True, upright=True)
    yield Sample(
        "progressive", _saved(_drawn(), "JPEG", progressive=True), taken=True, upright=True
    )
    grey = Image.new("I;16", SIZE, 0x7FFF)
    yield Sample("grey of 16 bits", _saved(grey, "PNG"), taken=True)
    for kind in ("PNG", "WEBP"):
        moving = _saved(_drawn(), kind, save_all=True, append_images=[Image.new("RGB", SIZE)])
        yield Sample(f"animated {kind}", moving, taken=True)
    yield Sample("page behind a picture", jpeg + f"<script>{CANARY}</script>".encode(), taken=True)
    yield Sample("archive behind a picture", jpeg + _archive({CANARY: b"x"}), taken=True)


def _named(good: Sample) -> Iterator[Sample]:
    for name in _PATHS:
        yield good._replace(what=f"the name {name[:30]!r}", name=name, taken=None, upright=False)
    for kind in _TYPES:
        yield good._replace(what=f"the type {kind[:30]!r}", content_type=kind, taken=None)


def _none(good: Sample) -> Iterator[Sample]:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'><script>{CANARY}</script></svg>".encode()
    for what, content in {
        "nothing": b"",
        "SVG": svg,
        "page": f"<!doctype html><script>{CANARY}</script>".encode(),
        "PDF before a picture": b"%PDF-1.7\n" + good.content,
        "archive": _archive({"a.txt": b"x"}),
        "sheet": _archive({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}),
        "script in a GIF": b"GIF89a/*" + _saved(_drawn(), "GIF")[8:] + b"*/=1;" + CANARY.encode(),
        "GIF": _saved(_drawn(), "GIF"),
        "TIFF": _saved(_drawn(), "TIFF"),
        "BMP": _saved(_drawn(), "BMP"),
        "head of a HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    }.items():
        yield Sample(what, content, taken=False)


def _bombs() -> Iterator[Sample]:
    yield greatest()
    yield Sample("50 million pixels", png(7_100, 7_100, colours=0), taken=False)
    yield Sample("HEIC of 46 million pixels", telephone.huge(), taken=False)
    little = telephone.huge_that_claims_little()
    yield Sample("HEIC that claims little", little, taken=False)
    yield Sample("thousand million pixels", png(32_000, 32_000, colours=2, lines=0), taken=False)
    yield Sample("line of 100,000", png(100_000, 1, colours=0), taken=False)
    yield Sample("column of 100,000", png(1, 100_000, colours=0), taken=False)
    yield Sample("picture of which little came", png(6_000, 6_000, colours=2, lines=9), taken=None)
    words = zlib.compress(bytes(80 * 1024 * 1024), 9)
    head = struct.pack("!IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    for name, before in ((b"zTXt", b"x\0\0"), (b"iCCP", b"x\0\0"), (b"iTXt", b"x\0\1\0\0\0")):
        content = _chunks(
            (b"IHDR", head),
            (name, before + words),
            (b"IDAT", zlib.compress(b"\0\0")),
            (b"IEND", b""),
        )
        yield Sample(f"80 MB in {name.decode()}", content, taken=None)
    claims = bytearray(_saved(_drawn(), "JPEG"))
    place = claims.index(b"\xff\xc0") + 5
    claims[place : place + 4] = b"\xff\xff\xff\xff"
    yield Sample("JPEG that claims 65,535 lines", bytes(claims), taken=False)


def _broken(good: list[Sample], chance: random.Random, rounds: int) -> Iterator[Sample]:
    for one in good[:6]:
        yield one._replace(
            what=f"half of {one.what}", content=one.content[: len(one.content) // 2], taken=None
        )
        for number in range(rounds):
            content = bytearray(one.content)
            for _ in range(chance.randint(1, FLIPPED)):
                content[chance.randrange(min(len(content), 2_000))] = chance.randrange(256)
            yield Sample(f"{one.what}, broken {number}", bytes(content), taken=None)


def _archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()
