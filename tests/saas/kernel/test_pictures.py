"""Pictures that people send."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from infra.drills.inside.access.uploads import telephone
from saas.kernel.errors import Refused
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.openers import images
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from saas.kernel.uploads import pictures

ORIENTATION, RESOLUTION, GPS = 0x0112, 0x011A, 0x8825
HELD = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def sent(size: tuple[int, int] = (800, 600), kind: str = "JPEG", **options: object) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, "orange").save(out, kind, **options)
    return out


def huge() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("1", (9000, 5000)).save(out, "PNG")
    return out


def test_each_width_is_a_webp_and_none_is_blown_up() -> None:
    picture = pictures.draw(sent((800, 600)).getvalue())

    sizes = {}
    for width, content in picture.widths.items():
        with Image.open(io.BytesIO(content)) as image:
            sizes[width] = (image.format, image.size)
    assert sizes == {
        160: ("WEBP", (160, 120)),
        480: ("WEBP", (480, 360)),
        960: ("WEBP", (800, 600)),
        1600: ("WEBP", (800, 600)),
    }


def test_a_photo_is_turned_upright_and_holds_nothing_but_its_pixels() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    notes = sent(exif=exif, xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    drawn = pictures.draw(notes.getvalue())

    assert (drawn.width, drawn.height) == (600, 800)
    for content in drawn.widths.values():
        with Image.open(io.BytesIO(content)) as picture:
            assert not picture.getexif()
            assert not {"exif", "xmp", "icc_profile"} & set(picture.info)


def test_a_picture_that_no_webp_can_hold_is_refused_at_once() -> None:
    with pytest.raises(UnfitError) as unfit:
        pictures.draw(sent((1, 16_384), "PNG").getvalue())
    assert "trop longue" in pictures.sentence_for(unfit.value.reason)


def test_a_photo_whose_notes_are_broken_is_taken_upright() -> None:
    """Check a single wrong byte: the resolution has the type of a text."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[RESOLUTION] = 6, 72.0
    rational, words = b"\x01\x1a\x00\x05", b"\x01\x1a\x00\x02"
    photo = sent(exif=exif).getvalue()
    assert rational in photo
    drawn = pictures.draw(photo.replace(rational, words))
    assert (drawn.width, drawn.height) == (600, 800)


def test_heic_of_a_telephone_is_taken_upright_without_its_notes() -> None:
    assert b"troovoncanary" in telephone.lying()
    drawn = pictures.draw(telephone.lying())
    assert (drawn.width, drawn.height) == (400, 200)
    with Image.open(io.BytesIO(drawn.widths[480])) as image:
        corners = [image.convert("RGB").getpixel(at) for at in ((50, 50), (350, 50), (50, 150))]
        assert not image.getexif()
    assert [colour[1] < 60 for colour in corners] == [True, False, False]  # type: ignore[index]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK"])
def test_the_largest_picture_fits_into_the_limit_of_a_child(mode: str) -> None:
    upload = io.BytesIO()
    kind, options = ("JPEG", {}) if mode == "CMYK" else ("PNG", {"compress_level": 1})
    Image.new(mode, (6_300, 6_300)).save(upload, kind, **options)
    assert pictures.draw(upload.getvalue()).width >= pictures.WIDTHS[-1]


@pytest.mark.parametrize(
    ("mode", "colour", "read"),
    [
        pytest.param("I;16", 0x7FFF, (127, 127, 127), id="sixteen bits of grey stay grey"),
        pytest.param("RGBA", (0, 0, 0, 0), (255, 255, 255), id="what is transparent becomes white"),
    ],
)
def test_other_colours_become_those_of_a_photo(mode: str, colour: Any, read: Any) -> None:
    upload = io.BytesIO()
    Image.new(mode, (10, 10), colour).save(upload, "PNG")
    assert images.read(upload.getvalue()).getpixel((5, 5)) == read


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("width", [60, 3_300])
def test_every_way_to_hold_a_camera_is_set_upright(turned: int, width: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    wanted = Image.new("RGB", (width, 40), "white")
    wanted.paste("red", (0, 0, width // 2, 20))
    held = wanted.transpose(HELD[turned]) if turned in HELD else wanted
    upload = io.BytesIO()
    held.save(upload, "PNG", exif=exif)

    image = images.read(upload.getvalue())

    across, down = image.width // 4, image.height // 4
    places = [(x * across, y * down) for x in (1, 3) for y in (1, 3)]
    white = (255, 255, 255)
    assert [image.getpixel(place) for place in places] == [(255, 0, 0), white, white, white]


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (
            lambda: io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "JPEG, PNG, WebP ou HEIC",
        ),
        (lambda: io.BytesIO(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "illisible"),
        (lambda: io.BytesIO(telephone.lying()[:600]), "illisible"),
        (lambda: io.BytesIO(telephone.huge()), "40.millions"),
        (lambda: io.BytesIO(telephone.huge_that_claims_little()), "illisible|40.millions"),
        (lambda: sent(kind="GIF"), "JPEG, PNG, WebP ou HEIC"),
        (lambda: io.BytesIO(sent().getvalue()[:900]), "illisible"),
        (lambda: io.BytesIO(b"\0" * (pictures.MOST_BYTES + 1)), "12.Mo"),
        (huge, "40.millions"),
    ],
    ids=[
        "svg",
        "head of a heic",
        "half a heic",
        "huge heic",
        "lying heic",
        "gif",
        "truncated",
        "heavy",
        "huge",
    ],
)
def test_file_that_is_no_picture_is_refused_with_what_to_do(
    upload: Callable[[], io.BytesIO], sentence: str
) -> None:
    """The form refuses by the first bytes, the job by the rest."""
    with pytest.raises((Refused, UnfitError, TooHeavyError)) as ended:
        pictures.draw(pictures.content_of(upload()))
    error = ended.value
    if isinstance(error, UnfitError):
        error = Refused(pictures.sentence_for(error.reason))
    assert re.search(sentence, str(error))


def test_request_that_brings_a_picture_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "opened", lambda *_: pytest.fail("a file was opened"))
    for content in (sent().getvalue(), huge().getvalue(), telephone.huge()):
        assert pictures.content_of(io.BytesIO(content)) == content
