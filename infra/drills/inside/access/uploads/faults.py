"""Ways to take files badly, built in on purpose so that a drill shows that it sees them."""

import io
import itertools
from typing import Any

from PIL import Image

from infra.drills.inside.access.patches import replace
from infra.drills.inside.access.uploads.samples import CANARY, DESCRIPTION
from saas.kernel import schema
from saas.kernel.uploads import files, pictures

BALLAST = 700 * 1024 * 1024
LARGE = 10_000_000


def notes_kept() -> None:
    """Write into each picture what its file has told."""

    def telling(image: Image.Image) -> dict[int, bytes]:
        exif = Image.Exif()
        exif[DESCRIPTION] = CANARY
        out = io.BytesIO()
        image.save(out, "WEBP", exif=exif)
        return dict.fromkeys(pictures.WIDTHS, out.getvalue())

    replace(pictures, "widths", telling)


def pixels_unlimited() -> None:
    """Take pictures of five times as many pixels."""
    replace(Image, "MAX_IMAGE_PIXELS", 5 * pictures.MOST_PIXELS)


def name_guessable() -> None:
    """Give files names by number."""
    numbers = itertools.count()
    replace(
        files,
        "private_name",
        lambda room, extension: (
            f"{schema.current()}/{room}/{id(numbers):x}-{next(numbers)}.{extension}"
        ),
    )


def memory_held() -> None:
    """Hold much more than a large picture has."""
    original = pictures._only_pixels  # noqa: SLF001 - a fault of the product

    def greedy(opened: Image.Image) -> Any:
        ballast = b"x" * (BALLAST if opened.width * opened.height > LARGE else 0)
        clean = original(opened)
        del ballast
        return clean

    replace(pictures, "_only_pixels", greedy)


def unreadable_breaks() -> None:
    """Expect no broken file."""
    replace(pictures, "_BROKEN", (KeyError,))


UPLOADS = (notes_kept, pixels_unlimited, name_guessable, memory_held, unreadable_breaks)
