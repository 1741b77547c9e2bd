"""Books and papers for the shelf: valid and invalid files, and files that would fill a worker."""

import io
import zipfile
from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped]

from infra.drills.inside.access.uploads.samples import CANARY, Sample, greatest

MEGABYTE = 1024 * 1024
EPUB, PDF = "application/epub+zip", "application/pdf"
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="b.opf"/></rootfiles></container>'
)
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def all_books() -> Iterator[Sample]:
    """Return every book; those that are taken are opened by a job, which may refuse them yet."""
    chapter = f"<h1>Un</h1><p onclick='{CANARY}'>mot</p><script>{CANARY}</script>"
    lines = b"<p>" + b"<b/>" * MEGABYTE + b"</p>"
    laughing = f'<!DOCTYPE c [<!ENTITY l0 "ha">{_LAUGHS}]><c>&l9;</c>'
    many = {f"t/{number}.html": b"x" for number in range(3_100)}
    for what, content in {
        "book with a script": _epub(chapter.encode()),
        "book that names a chapter 400 times": _epub(b"mot " * 900_000, spine=400),
        "chapter of four million marks": _epub(lines),
        "chapter of 110 MB": _epub(bytes(110 * MEGABYTE)),
        "chapters of 130 MB": _epub(bytes(65 * MEGABYTE), extra={"x": bytes(65 * MEGABYTE)}),
        "book that laughs": _epub(b"x", container=laughing),
        "book of 3,100 files": _epub(b"x", extra=many),
        "book that climbs": _epub(b"x", extra={"../../climbed": b"x"}),
        "book with a great picture": _epub(
            b"mot <img src='g.png'>", extra={"t/g.png": greatest().content}
        ),
        "half a book": _epub(chapter.encode())[:200],
    }.items():
        yield Sample(what, content, taken=None, name="livre.epub", content_type=EPUB)
    for what, content in {
        "paper": _pdf(200, 300),
        "paper of a kilometre": _pdf(2_800_000, 2_800_000),
        "hair of a paper": _pdf(0.01, 2_800_000),
        "no paper": b"%PDF-1.7 " + CANARY.encode(),
        "half a paper": _pdf(200, 300)[:300],
    }.items():
        yield Sample(what, content, taken=None, name="papier.pdf", content_type=PDF)
    for what, content in {"page as a book": b"<html>", "nothing as a book": b""}.items():
        yield Sample(what, content, taken=False, name="livre.epub", content_type=EPUB)


def _epub(
    chapter: bytes,
    *,
    spine: int = 1,
    container: str = _CONTAINER,
    extra: dict[str, bytes] | None = None,
) -> bytes:
    out = io.BytesIO()
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        '<item id="c" href="t/c.xhtml" media-type="application/xhtml+xml"/></manifest>'
        f"<spine>{'<itemref idref="c"/>' * spine}</spine></package>"
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        book.writestr("mimetype", EPUB, compress_type=zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", container)
        book.writestr("b.opf", package)
        book.writestr("t/c.xhtml", b"<html><body>" + chapter + b"</body></html>")
        for name, content in (extra or {}).items():
            book.writestr(name, content)
    return out.getvalue()


def _pdf(width: float, height: float) -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(width, height)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
