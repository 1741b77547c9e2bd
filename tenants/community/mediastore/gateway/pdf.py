"""A PDF becomes pictures of its pages, with their text beside them; nothing active is left."""

import io
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]

from saas.kernel.tasks import check_time
from tenants.community.mediastore.rules.files import MOST_PAGES, Unfit

WIDTH, MOST_HEIGHT = 1200, 3600
QUALITY = 72
MOST_TEXT = 20_000


class Page(NamedTuple):
    """A page as a WebP picture, and the words on it."""

    picture: bytes
    width: int
    height: int
    text: str


def pages_of(content: bytes) -> Iterator[Page]:
    """Draw the pages of a PDF, one after the other. Raises Unfit."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Unfit("locked" if "assword" in str(error) else "unreadable") from error
    try:
        if not 0 < len(document) <= MOST_PAGES:
            raise Unfit("too_long" if len(document) else "unreadable")
        for number in range(len(document)):
            check_time()
            yield _drawn(document, number)
    finally:
        document.close()


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Page:
    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), MOST_HEIGHT / max(height, 1))
        image = page.render(scale=scale).to_pil().convert("RGB")
        text = page.get_textpage().get_text_bounded()[:MOST_TEXT]
    except pypdfium2.PdfiumError as error:
        raise Unfit("unreadable") from error
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY)
    return Page(buffer.getvalue(), image.width, image.height, text.replace("\x00", ""))
