"""A PDF becomes pictures of its pages, with their text beside them; nothing active is left."""

import contextlib
import io
import signal
from collections.abc import Iterator
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from saas.kernel.sandbox import locks
from saas.kernel.sandbox.openers.limits import MOST_PAGES
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.sandbox.wire import Piece

WIDTH, MOST_HEIGHT = 1200, 3600
QUALITY = 72
MOST_TEXT = 20_000
# A page that draws longer is made to: the kernel ends the child.
PAGE_SECONDS = 20.0


def pages_of(content: bytes, _options: dict[str, Any]) -> Iterator[Piece]:
    """Yield the pages, each with width, height and text, and its WebP."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise UnfitError("locked" if "assword" in str(error) else "unreadable") from error
    if not 0 < len(document) <= MOST_PAGES:
        raise UnfitError("too_long" if len(document) else "unreadable")
    for number in range(len(document)):
        locks.set_alarm(PAGE_SECONDS)
        yield _drawn(document, number)


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Piece:
    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), MOST_HEIGHT / max(height, 1))
        bitmap = page.render(scale=scale)
        image = bitmap.to_pil().convert("RGB")
        words = page.get_textpage()
        text = words.get_text_bounded()[:MOST_TEXT]
        for used in (words, bitmap, page):  # here and now: the next page needs the memory
            used.close()
    except pypdfium2.PdfiumError as error:
        raise UnfitError("unreadable") from error
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY)
    description = {"width": image.width, "height": image.height, "text": text.replace("\x00", "")}
    return Piece(description, out.getvalue())


def _warm() -> None:
    """Load the lazily loaded modules, which a locked child cannot load."""
    written, document = io.BytesIO(), pypdfium2.PdfDocument.new()
    document.new_page(10, 10)
    document.save(written)
    with contextlib.suppress(UnfitError):
        for content in (written.getvalue(), b"%PDF-1.7"):
            list(pages_of(content, {}))
    signal.setitimer(signal.ITIMER_REAL, 0)


_warm()
