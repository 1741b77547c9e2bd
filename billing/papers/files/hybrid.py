"""Factur-X: a PDF/A-3b that carries its own data as `factur-x.xml`.

The package `factur-x` embeds the file and writes the metadata required by readers. It stamps both
with the current time; here they get the time of the paper, so that rendering it again gives the
same file. `Alternative` declares that data and page are the same invoice, as the standard requires
for a profile with a whole invoice (Factur-X 1.0.7, 6.2.2).
"""

import datetime as dt
import hashlib
import io
import logging
import re
from typing import Any

import facturx  # type: ignore[import-untyped]
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from billing.papers.files.cii import legible
from saas.kernel.display.printing import Words

_RELATION = "alternative"
_PROFILE = "en16931"
_XMP_DATES = re.compile(rb"(<xmp:(?:CreateDate|ModifyDate)>)[^<]*(</)")

logging.getLogger("factur-x").setLevel(logging.WARNING)


def embed(pdf: bytes, data: bytes, words: Words, *, at: dt.datetime) -> bytes:
    """Embed an invoice's data in its page; `at` is the creation moment written in both."""
    carrying: bytes = facturx.generate_from_binary(
        pdf,
        data,
        flavor="factur-x",
        level=_PROFILE,
        check_xsd=True,
        pdf_metadata={
            "author": legible(words["author"]),
            "title": legible(words["title"]),
            "subject": legible(words["description"]),
            "keywords": "Factur-X",
        },
        lang=f"{words['lang']}-{words['region'].upper()}",
        afrelationship=_RELATION,
    )
    return _dated(carrying, at.astimezone(dt.UTC), seed=pdf + data)


def data_of(pdf: bytes) -> bytes:
    """Take an invoice's data out of its page."""
    _, data = facturx.get_facturx_xml_from_pdf(io.BytesIO(pdf), check_xsd=False)
    return bytes(data)


def _dated(pdf: bytes, at: dt.datetime, *, seed: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.pdf_header = "%PDF-1.7"
    stamp = TextStringObject(f"D:{at:%Y%m%d%H%M%S}+00'00'")
    writer.add_metadata({"/CreationDate": stamp, "/ModDate": stamp})
    for parameters in _parameters_of_files(writer.root_object):
        parameters[NameObject("/ModDate")] = stamp
    metadata = writer.root_object["/Metadata"].get_object()
    if isinstance(metadata, StreamObject):
        moment = f"{at:%Y-%m-%dT%H:%M:%S}+00:00".encode()
        metadata.set_data(_XMP_DATES.sub(rb"\g<1>" + moment + rb"\g<2>", metadata.get_data()))
    name = ByteStringObject(hashlib.md5(seed, usedforsecurity=False).digest())
    writer._ID = ArrayObject((name, name))  # noqa: SLF001 - pypdf's only place for a fixed one
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _parameters_of_files(root: Any) -> list[Any]:
    return [entry.get_object()["/EF"]["/F"].get_object()["/Params"] for entry in root["/AF"]]
