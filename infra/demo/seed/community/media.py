"""The demo's shelf: a guide, a book, a podcast, a pass, and media readable on site."""

import datetime as dt
import io
import math
import struct
import wave
import zipfile

import typst
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from infra.demo.seed import waiting
from infra.demo.seed.rows.media import CODES, FEED, GUIDE, MEDIA, PASS, PODCAST, TALE, MediumRow
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.uploads import files
from tenants.community.mediastore.actions import shelf as actions
from tenants.community.mediastore.actions import shelving
from tenants.community.mediastore.actions import sponsors as carrying
from tenants.community.mediastore.models import Medium, Part
from tenants.community.mediastore.queries import sponsors
from tenants.community.members.queries import council as council_people
from tenants.community.members.queries import people as member_queries
from tenants.spaces.models import Tenant

_RATE = 8000
_NOTES = (392, 494, 587, 494, 440, 392)


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Fill the shelf of the first space and lend all copies of a medium; the others stay empty."""
    if tenant.slug not in MEDIA:
        return
    with schema.inside(tenant.schema_name):
        keeper = _keeper()
        for number, row in enumerate(MEDIA[tenant.slug]):
            _put(row, by=keeper, at=at - dt.timedelta(days=9 - number))
        _podcast(keeper, at - dt.timedelta(days=3))
        lent = Medium.objects.get(kind=Medium.Kind.PASS)
        for person in people[: len(CODES) + 1]:
            actions.borrow(medium=lent, by=person, at=at - dt.timedelta(hours=20))


def offer(tenant: Tenant, at: dt.datetime) -> None:
    """Put a merchant's placement on the medium at the coffee machine, once it is opened.

    A space opens a single file at a time; a job that finds it busy is retried later.
    """
    if tenant.slug not in MEDIA:
        return
    with schema.inside(tenant.schema_name):
        opened = Medium.objects.filter(
            access=Medium.Access.ON_SITE, state=Medium.State.READY
        ).order_by("-added_at")
        medium = waiting.until("a medium that was opened", opened.first)
        for place in sponsors.carried(at):
            carrying.carry(
                flight_reference=place.sponsor.reference, medium=medium, by=_keeper(), at=at
            )


def _keeper() -> User:
    ids = council_people.people_of(None)
    people = User.objects.filter(is_active=True).order_by("pk")
    for person in people.filter(pk__in=ids) if ids else people:
        duties = member_queries.duties_of(person)
        if any(duty.role in {"council", "treasurer"} for duty in duties):
            return person
    raise LookupError("nobody keeps the shelf")


def _put(row: MediumRow, *, by: User, at: dt.datetime) -> None:
    content = {GUIDE: _pdf, TALE: _epub}.get(row.content)
    name = "guide.pdf" if row.content == GUIDE else "livre.epub"
    shelving.put(
        kind=row.kind,
        provider=Medium.Provider.COUNCIL,
        words=_words(row),
        file=SimpleUploadedFile(name, content(row)) if content else None,
        feed="",
        codes=list(CODES) if row.content == PASS else [],
        by=by,
        at=at,
    )


def _words(row: MediumRow) -> shelving.Words:
    return shelving.Words(
        title=row.title,
        creator=row.creator,
        language="fr",
        description=row.text,
        transcript=row.transcript,
        access=row.access,
        copies=row.copies,
        loan_days=14,
        ends_on=None,
    )


def _podcast(by: User, at: dt.datetime) -> None:
    """Create a podcast with the rows of a fetched feed: no address of the demo leads outside."""
    row = PODCAST
    medium = Medium.objects.create(
        kind=row.kind,
        provider=Medium.Provider.COUNCIL,
        feed=FEED,
        state=Medium.State.READY,
        added_by=by,
        added_at=at,
        fetched_at=at,
        **_words(row)._asdict(),
    )
    for number, title in enumerate(row.parts, start=1):
        name = default_storage.save(
            files.private_name("mediastore", "wav"), ContentFile(_melody(number))
        )
        Part.objects.create(
            medium=medium,
            number=number,
            kind=Part.Kind.AUDIO,
            title=title,
            file=name,
            content_type="audio/wav",
            key=f"episode-{number}",
            published_at=at - dt.timedelta(days=7 * (len(row.parts) - number)),
        )


RING = """#place(bottom + right, dx: 24mm, dy: 24mm,
  circle(radius: 34mm, stroke: 9mm + rgb("#dff0ee")))"""


def _pdf(row: MediumRow) -> bytes:
    texts = row.pages or (row.text,) * len(row.parts)
    pages = "\n#pagebreak()\n".join(
        f"{RING}\n= {title}\n#v(1em)\n{text}" for title, text in zip(row.parts, texts, strict=True)
    )
    source = f'#set page(width: 105mm, height: 148mm)\n#set text(lang: "fr", size: 13pt)\n{pages}'
    drawn: bytes = typst.compile(source.encode())
    return drawn


def _epub(row: MediumRow) -> bytes:
    buffer = io.BytesIO()
    items = "".join(
        f'<item id="c{number}" href="c{number}.xhtml" media-type="application/xhtml+xml"/>'
        for number in range(len(row.parts))
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(row.parts)))
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
            f"<spine>{spine}</spine></package>",
        )
        for number, title in enumerate(row.parts):
            paragraphs = "".join(f"<p>{line}</p>" for line in row.transcript.split("\n") if line)
            book.writestr(
                f"c{number}.xhtml", f"<html><body><h1>{title}</h1>{paragraphs}</body></html>"
            )
    return buffer.getvalue()


def _melody(turn: int) -> bytes:
    """Play some seconds of a music box, for want of a voice."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        for note in _NOTES[turn % len(_NOTES) :] + _NOTES:
            for step in range(_RATE // 2):
                strength = math.exp(-step / (_RATE / 6)) * 12_000
                value = strength * math.sin(2 * math.pi * note * step / _RATE)
                sound.writeframesraw(struct.pack("<h", int(value)))
    return buffer.getvalue()
