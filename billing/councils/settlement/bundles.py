"""The papers of a month in one file: invoices, credit notes, councils' papers, and an index.

Code de commerce, art. L123-22: pieces are kept for ten years, and handed out in order. The index
names each paper with its day, number, party and amounts, as ISO 8601 days and decimal commas.
"""

import datetime as dt
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from billing.councils.settlement.statements import statement_content
from billing.ledger.queries.accounting import day_of, midnight_of
from billing.models import BankStatement, Invoice, ManualEntry, Statement
from billing.papers.settlement import rendering
from saas.kernel.values import cells
from saas.kernel.values.months import months_later

MOST_IN_MEMORY = 8 * 1024 * 1024
COLUMNS = ("date", "numéro", "nature", "tiers", "hors taxe", "TVA", "fichier")


class BundledPaper(NamedTuple):
    """A paper of the bundle: its row of the index, and its file."""

    day: dt.date
    number: str
    nature: str
    party: str
    net_cents: int
    vat_cents: int
    read: Callable[[], bytes | None]
    ending: str = "pdf"

    @property
    def file_name(self) -> str:
        """Name of its file in the bundle."""
        return f"{self.nature}/{self.number.replace('/', '-')}.{self.ending}"


def papers_of(month: dt.date) -> Iterator[BundledPaper]:
    """Yield a month's invoices, credit notes, councils' papers, entries by hand, bank statements.

    A statement of several months is a paper of each.
    """
    after = months_later(month)
    moments = midnight_of(month), midnight_of(after)
    for paper in Invoice.objects.filter(**_within("issued_at", *moments)).order_by("pk"):
        sign = -1 if paper.kind == Invoice.Kind.CREDIT_NOTE else 1
        yield BundledPaper(
            day_of(paper.issued_at),
            paper.number,
            "avoirs" if sign < 0 else "factures",
            str(paper.buyer.get("name", "")),
            sign * paper.net_cents,
            sign * paper.vat_cents,
            _reader(rendering.content_of, paper),
        )
    statements = Statement.objects.filter(**_within("made_at", *moments)).order_by("pk")
    for one in statements.select_related("council"):
        yield BundledPaper(
            day_of(one.made_at),
            one.number or one.reference,
            "autofactures" if one.number else "releves",
            one.council.name,
            one.net_cents,
            one.vat_cents,
            _reader(statement_content, one),
        )
    yield from _entries(month, after)
    yield from _bank_statements(month, after)


def _entries(month: dt.date, after: dt.date) -> Iterator[BundledPaper]:
    entries = ManualEntry.objects.filter(
        **_within("booked_for", month, after), state=ManualEntry.State.POSTED
    ).exclude(paper="")
    for entry in entries.order_by("pk"):
        yield BundledPaper(
            entry.booked_for,
            entry.reference,
            "ecritures",
            entry.reason,
            0,
            0,
            _reader(_entry_content, entry),
        )


def _bank_statements(month: dt.date, after: dt.date) -> Iterator[BundledPaper]:
    banked = BankStatement.objects.filter(
        imported_at__isnull=False, first_day__lt=after, last_day__gte=month
    )
    for statement in banked.order_by("first_day", "pk"):
        yield BundledPaper(
            max(statement.first_day or month, month),
            statement.reference,
            "banque",
            statement.account,
            0,
            0,
            _reader(_statement_content, statement),
            ending="xml" if statement.form == "camt" else "csv",
        )


def _within[D: dt.date](column: str, first: D, after: D) -> dict[str, D]:
    return {f"{column}__gte": first, f"{column}__lt": after}


def _reader[P](read: Callable[[P], bytes | None], paper: P) -> Callable[[], bytes | None]:
    return lambda: read(paper)


def _entry_content(entry: ManualEntry) -> bytes | None:
    return rendering.read_file(entry.paper, entry.reference)


def _statement_content(statement: BankStatement) -> bytes | None:
    return rendering.read_file(statement.file, statement.name)


def bundle(month: dt.date) -> IO[bytes]:
    """Return the papers of a month as a zip with its index; a large one is buffered on disk.

    A paper that is not drawn yet stands in the index without a file. Raises PaperAltered.
    """
    spooled = tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    try:
        _write(spooled, month)
    except BaseException:
        spooled.close()
        raise
    spooled.seek(0)
    return spooled


def _write(file: IO[bytes], month: dt.date) -> None:
    rows: list[tuple[str, ...]] = [COLUMNS]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for paper in papers_of(month):
            content = paper.read()
            if content is not None:
                archive.writestr(paper.file_name, content)
            rows.append(_row(paper, is_drawn=content is not None))
        archive.writestr("index.csv", cells.sheet(rows).encode())


def _row(paper: BundledPaper, *, is_drawn: bool) -> tuple[str, ...]:
    return (
        paper.day.isoformat(),
        cells.text(paper.number),
        paper.nature,
        cells.text(paper.party),
        cells.amount(paper.net_cents),
        cells.amount(paper.vat_cents),
        paper.file_name if is_drawn else "",
    )
