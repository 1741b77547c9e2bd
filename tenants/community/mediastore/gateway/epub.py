"""An EPUB becomes chapters of plain HTML: no script, no style, no link, pictures of ours.

Source of the format: EPUB 3.3 (W3C), 4.2 (container), 5.7 (spine), 8 (`encryption.xml`).
"""

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import nh3
from lxml import etree, html  # type: ignore[import-untyped]

from saas.kernel.errors import Refused
from saas.kernel.tasks import check_time
from saas.kernel.uploads import pictures
from tenants.community.mediastore.rules.files import (
    MEGABYTE,
    MOST_CHAPTERS,
    MOST_UNPACKED,
    Unfit,
)

MOST_FILES = 3000
# Of one file of words, whose tree takes forty times as much; and of all chapters together.
MOST_XML, MOST_TEXT = 4 * MEGABYTE, 40 * MEGABYTE
MOST_PICTURES = 200
PICTURE_WIDTH = 960
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts are only scrambled by these; anything else that is encrypted is a book under lock and key.
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

# Everything by which an archive, a compressed piece or a document of it turns out to be broken.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(etree.LxmlError, KeyError, ValueError, OverflowError, NotImplementedError, RuntimeError),
)

type StorePicture = Callable[[bytes], str]


class Chapter(NamedTuple):
    """A chapter: its title, or nothing, and its cleaned HTML."""

    title: str
    html: str


def chapters_of(content: bytes, store: StorePicture) -> Iterator[Chapter]:
    """Clean the chapters of a book, in reading order; `keep` stores a WebP and returns its address.

    Raises Unfit.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            _check_size(book)
            _check_is_open(book)
            spine = _spine(book)
            if not spine:
                raise Unfit("empty")
            drawn, length = _Pictures(book, store), 0
            for path in spine[:MOST_CHAPTERS]:
                check_time()
                chapter = _cleaned(book, path, drawn)
                if chapter is None:
                    continue
                length += len(chapter.html)
                if length > MOST_TEXT:
                    raise Unfit("too_long")
                yield chapter
    except _BROKEN as error:
        raise Unfit("unreadable") from error


def _check_size(book: zipfile.ZipFile) -> None:
    files = book.infolist()
    if len(files) > MOST_FILES or sum(file.file_size for file in files) > MOST_UNPACKED:
        raise Unfit("too_long")


def _check_is_open(book: zipfile.ZipFile) -> None:
    if any(file.flag_bits & 1 for file in book.infolist()):
        raise Unfit("locked")
    if _ENCRYPTION in book.namelist():
        tree = _tree(book, _ENCRYPTION)
        used = {found.get("Algorithm") for found in tree.iter("{*}EncryptionMethod")}
        if used - _SCRAMBLED_FONTS:
            raise Unfit("locked")


def _spine(book: zipfile.ZipFile) -> list[str]:
    """List the files of the chapters, each once, in the order in which they are read."""
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
    known = set(book.namelist())
    found = [paths[name] for name in order if name in paths and paths[name] in known]
    return list(dict.fromkeys(found))


def _tree(book: zipfile.ZipFile, path: str) -> Any:
    """Read a file of the book as XML, as far as it is any. Raises Unfit."""
    tree = etree.fromstring(_words(book, path), _XML)
    if tree is None:  # words without an element, which the parser puts up with
        raise Unfit("unreadable")
    return tree


def _words(book: zipfile.ZipFile, path: str) -> bytes:
    """Read a file of words. Raises Unfit."""
    if book.getinfo(path).file_size > MOST_XML:
        raise Unfit("too_long")
    return book.read(path)


def _cleaned(book: zipfile.ZipFile, path: str, drawn: "_Pictures") -> Chapter | None:
    try:
        body = html.document_fromstring(
            _words(book, path), parser=html.HTMLParser(encoding="utf-8")
        ).find("body")
    except etree.ParserError:
        return None  # nothing stands in it
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
    return Chapter(title, clean) if has_words else None


def _resolved(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(urlsplit(href).path)))


class _Pictures:
    """Pictures of a book that were kept: each once, decoded and written anew."""

    def __init__(self, book: zipfile.ZipFile, store: StorePicture) -> None:
        self._book, self._store = book, store
        self._addresses: dict[str, str] = {}

    def address_of(self, path: str) -> str:
        """Return where our pages show a picture, empty where it is none."""
        if path not in self._addresses:
            full = len(self._addresses) >= MOST_PICTURES
            self._addresses[path] = "" if full else self._stored(path)
        return self._addresses[path]

    def _stored(self, path: str) -> str:
        try:
            if self._book.getinfo(path).file_size > pictures.MOST_BYTES:
                return ""
            image = pictures.read(io.BytesIO(self._book.read(path)))
        except (Refused, KeyError):
            return ""
        return self._store(pictures.widths(image)[PICTURE_WIDTH])
