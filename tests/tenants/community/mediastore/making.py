"""Media for tests, made where the test is."""

import datetime as dt
import io
import zipfile
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.schema import current
from tenants.community.mediastore import tasks
from tenants.community.mediastore.actions import shelving
from tenants.community.mediastore.models import Medium, Part
from tenants.community.members.models import Role

WORDS: dict[str, Any] = {
    "title": "Le meunier",
    "creator": "Contes",
    "language": "fr",
    "description": "",
    "transcript": "",
    "access": "members",
    "copies": None,
    "loan_days": 14,
    "ends_on": None,
}


def make_keeper(person: User, role: str = "council") -> User:
    """Give a person a role that may manage the shelf."""
    Role.objects.create(user=person, role=role, given_at=timezone.now())
    return person


def make_medium(by: User, *, kind: str = "book", pages: int = 1, **columns: Any) -> Medium:
    """Create a medium on the shelf in the state after its job."""
    columns.setdefault("state", Medium.State.READY)
    medium = Medium.objects.create(
        kind=kind,
        provider=columns.pop("provider", "council"),
        added_by=by,
        added_at=timezone.now(),
        **(WORDS | columns),
    )
    for number in range(1, pages + 1):
        Part.objects.create(
            medium=medium,
            number=number,
            kind="chapter",
            title=f"Chapitre {number}",
            text="<p>…</p>",
        )
    return medium


def send(by: User, content: bytes, *, kind: str = "guide", name: str = "x.pdf") -> Medium:
    """Put a file on the shelf, and let the job open it."""
    medium = shelving.put(
        kind=kind,
        provider="council",
        words=shelving.Words(**WORDS),
        file=SimpleUploadedFile(name, content),
        feed="",
        codes=[],
        by=by,
        at=timezone.now(),
    )
    prepare(medium)
    return medium


def prepare(medium: Medium) -> None:
    """Do the job's work here."""
    assert current() != "public"
    tasks.prepare.run(medium.pk)
    medium.refresh_from_db()


def pdf(pages: int = 2) -> bytes:
    """A PDF of blank pages."""
    document = pypdfium2.PdfDocument.new()
    for _number in range(pages):
        document.new_page(200, 300)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def epub(*chapters: str, extra: dict[str, bytes] | None = None, spine: int = 1) -> bytes:
    """A book with these bodies as its chapters, each named in its spine, perhaps many times."""
    buffer = io.BytesIO()
    ids = range(len(chapters))
    items = "".join(
        f'<item id="c{n}" href="t/c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in ids
    )
    order = "".join(f'<itemref idref="c{n}"/>' for n in ids) * spine
    with zipfile.ZipFile(buffer, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="b.opf"/></rootfiles></container>',
        )
        book.writestr(
            "b.opf",
            f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest>'
            f"<spine>{order}</spine></package>",
        )
        for number, body in enumerate(chapters):
            book.writestr(f"t/c{number}.xhtml", f"<html><body>{body}</body></html>")
        for name, content in (extra or {}).items():
            book.writestr(name, content)
    return buffer.getvalue()


def in_days(days: int) -> dt.datetime:
    """A moment some days from now."""
    return timezone.now() + dt.timedelta(days=days)
