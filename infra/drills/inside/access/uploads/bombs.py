"""Small files that fill a process's memory, block it for ever, or make it read our own files."""

import functools
import io
import zipfile

MEGABYTE = 1024 * 1024
GIBIBYTE = 1024 * MEGABYTE
_WORKBOOK = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="b.opf"/></rootfiles></container>'
)
_PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="c" href="c.html" '
    'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>'
)


@functools.cache
def packed_list(size: int = GIBIBYTE) -> bytes:
    """Return a workbook with a sheet of a gibibyte of zeros, packed by bzip2 into 800 bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, words in _WORKBOOK.items():
            book.writestr(name, words)
        _write_zeros(book, "xl/worksheets/sheet1.xml", size, method=zipfile.ZIP_BZIP2)
    return _claiming_little(out.getvalue(), size)


@functools.cache
def packed_book(size: int = GIBIBYTE) -> bytes:
    """Return a book with a chapter of a gibibyte of zeros and a declared size of twenty bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr("b.opf", _PACKAGE)
        _write_zeros(book, "c.html", size, method=zipfile.ZIP_BZIP2)
    return _claiming_little(out.getvalue(), size)


@functools.cache
def deflated_book(size: int = 300 * MEGABYTE) -> bytes:
    """Return a book with a deflated chapter and a declared size of twenty bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr("b.opf", _PACKAGE)
        _write_zeros(book, "c.html", size, method=zipfile.ZIP_DEFLATED)
    return _claiming_little(out.getvalue(), size)


@functools.cache
def nested_paper(levels: int = 8, times: int = 12) -> bytes:
    """Return a page with a form that draws another form twelve times, over eight levels."""
    box = b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<<%b>>>>"
        % b"/XObject<</F 5 0 R>>",
        _stream(b"", b"/F Do "),
    ]
    for number in range(6, 5 + levels):
        inner = b"/Resources<</XObject<</F %d 0 R>>>>" % number
        parts.append(_stream(box + inner, b"/F Do " * times))
    parts.append(_stream(box, b"0 0 100 100 re f "))
    return _paper(parts)


@functools.cache
def far_list() -> bytes:
    """Return a list with a coloured cell in the last row that a spreadsheet has."""
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Nom</t></is></c></row>'
        '<row r="1048576"><c r="A1048576" s="1"/></row>'
    )
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, words in {**_WORKBOOK, "xl/worksheets/sheet1.xml": sheet}.items():
            book.writestr(name, words)
    return out.getvalue()


def _write_zeros(book: zipfile.ZipFile, name: str, size: int, *, method: int) -> None:
    member = zipfile.ZipInfo(name)
    member.compress_type = method
    with book.open(member, "w") as written:
        for _chunk in range(size // MEGABYTE):
            written.write(bytes(MEGABYTE))


def _claiming_little(content: bytes, size: int) -> bytes:
    """Set the declared size of the archive's largest member to twenty bytes."""
    return content.replace(size.to_bytes(4, "little"), (20).to_bytes(4, "little"))


def _stream(words: bytes, content: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (words, len(content), content)


def _paper(parts: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, rows)
    return (
        out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    )
