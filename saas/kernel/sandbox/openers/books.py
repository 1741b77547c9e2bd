"""An EPUB becomes chapters of plain HTML: no script, no style, no link, pictures of ours.

Source of the format: EPUB 3.3 (W3C), 4.2 (container), 5.7 (spine), 8 (`encryption.xml`).
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from lxml import etree, html  # type: ignore[import-untyped]

from saas.kernel.sandbox.openers import images
from saas.kernel.sandbox.openers.archives import Archive
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.sandbox.wire import MEGABYTE, Piece

MOST_UNPACKED = 120 * MEGABYTE
MOST_CHAPTERS = 400
MOST_FILES = 3000
# Of a single text file, since its tree takes forty times as much; and of all chapters together.
MOST_XML, MOST_TEXT = 4 * MEGABYTE, 40 * MEGABYTE
MOST_PICTURES, MOST_PICTURE = 200, 12 * MEGABYTE
PICTURE_WIDTH = 960
NUMBER = "NUMBER"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# These only obfuscate fonts; any other encryption means that the book has DRM.
_SCRAMBLED_FONTS = {
    "http://www.idpf.org/2008/embedding",
    "http://ns.adobe.com/pdf/enc#RC",
}
_TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "em", "strong", "i", "b", "u"),
    *("s", "small", "sub", "sup", "q", "cite", "code", "pre", "abbr", "ul", "ol", "li", "dl", "dt"),
    *("dd", "figure", "figcaption", "img", "table", "caption", "thead", "tbody", "tfoot", "tr"),
    *("th", "td"),
}
_LOWERED = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6"}
_HEADINGS = ("h1", "h2", "h3")
_XML = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
_MOST_TITLE = 200


def chapters_of(content: bytes, options: dict[str, Any]) -> Iterator[Piece]:
    """Yield the chapters, in reading order, with title and cleaned HTML; each after its pictures.

    A picture gets the `address` of the options, with its number in place of `NUMBER`.
    """
    book = Archive(content, most_files=MOST_FILES, most_bytes=MOST_UNPACKED)
    _check_is_open(book)
    spine = _spine(book)
    if not spine:
        raise UnfitError("empty")
    drawn, length = _Pictures(book, options["address"]), 0
    for path in spine[:MOST_CHAPTERS]:
        chapter = _cleaned(book, path, drawn)
        yield from drawn.take()
        if chapter is None:
            continue
        length += len(chapter["html"])
        if length > MOST_TEXT:
            raise UnfitError("too_long")
        yield Piece(chapter)


def _check_is_open(book: Archive) -> None:
    if _ENCRYPTION in book:
        tree = _tree(book, _ENCRYPTION)
        used = {found.get("Algorithm") for found in tree.iter("{*}EncryptionMethod")}
        if used - _SCRAMBLED_FONTS:
            raise UnfitError("locked")


def _spine(book: Archive) -> list[str]:
    """Return the files of the chapters, without duplicates, in reading order."""
    container = _tree(book, _CONTAINER)
    rootfile = next(container.iter("{*}rootfile"), None)
    path = (rootfile.get("full-path") if rootfile is not None else "") or ""
    package = _tree(book, path)
    folder = posixpath.dirname(path)
    paths = {
        item.get("id"): _resolved(folder, item.get("href") or "")
        for item in package.iter("{*}item")
        if "html" in (item.get("media-type") or "")
    }
    order = [reference.get("idref") for reference in package.iter("{*}itemref")]
    found = [paths[name] for name in order if name in paths and paths[name] in book]
    return list(dict.fromkeys(found))


def _tree(book: Archive, path: str) -> Any:
    """Read a file of the book as XML, as far as it is any. Raises UnfitError."""
    tree = etree.fromstring(book.read(path, MOST_XML), _XML)
    if tree is None:  # words without an element, which the parser puts up with
        raise UnfitError("unreadable")
    return tree


def _cleaned(book: Archive, path: str, drawn: "_Pictures") -> dict[str, str] | None:
    try:
        body = html.document_fromstring(
            book.read(path, MOST_XML), parser=html.HTMLParser(encoding="utf-8")
        ).find("body")
    except etree.ParserError:
        return None  # the chapter is empty
    if body is None:
        return None
    found = (body.find(f".//{heading}") for heading in _HEADINGS)
    heading = next((one for one in found if one is not None), None)
    title = " ".join(heading.text_content().split())[:_MOST_TITLE] if heading is not None else ""
    for image in list(body.iter("img")):
        address = drawn.address_of(_resolved(posixpath.dirname(path), image.get("src") or ""))
        if address:
            image.attrib["src"] = address
        else:
            image.drop_tag()
    for element in body.iter(*_LOWERED):
        element.tag = _LOWERED[str(element.tag)]
    clean = nh3.clean(
        html.tostring(body, encoding="unicode"),
        tags=_TAGS,
        attributes={"img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan"}},
        url_schemes=set(),
        link_rel=None,
    )
    has_words = bool(body.text_content().strip()) or "<img" in clean
    return {"title": title, "html": clean} if has_words else None


def _resolved(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(urlsplit(href).path)))


class _Pictures:
    """Pictures of a book: each is decoded and re-encoded a single time, and returned by `take`."""

    def __init__(self, book: Archive, address: str) -> None:
        self._book, self._address = book, address
        self._addresses: dict[str, str] = {}
        self._new: list[Piece] = []
        self._many = 0

    def address_of(self, path: str) -> str:
        """Return the address of a picture on our pages; empty if it is no picture."""
        if path not in self._addresses:
            full = len(self._addresses) >= MOST_PICTURES
            self._addresses[path] = "" if full else self._drawn(path)
        return self._addresses[path]

    def take(self) -> list[Piece]:
        """Return the pictures that are new since the last chapter."""
        new, self._new = self._new, []
        return new

    def _drawn(self, path: str) -> str:
        if path not in self._book:
            return ""
        try:
            picture = images.webp(self._book.read(path, MOST_PICTURE), PICTURE_WIDTH)
        except UnfitError:
            return ""
        self._many += 1
        self._new.append(Piece({"picture": self._many}, picture))
        return self._address.replace(NUMBER, str(self._many))


def _warm() -> None:
    """Load the lazily loaded modules, which a locked child cannot load."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(_CONTAINER, "<c><rootfile full-path='b'/></c>")
        items = "<item id='a' href='a' media-type='html'/><itemref idref='a'/>"
        book.writestr("b", f"<p>{items}</p>")
        book.writestr("a", "<html><body><h1>a</h1><img src='x'>&eacute;</body></html>")
    list(chapters_of(out.getvalue(), {"address": NUMBER}))


_warm()
