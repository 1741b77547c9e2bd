"""The books of a year as accountants read them, row by row, never a whole year in memory."""

import datetime as dt
import itertools
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, Max, Min, Q, Sum

from billing.ledger.rules import chart
from billing.models import Account, EntryNumber, Invoice, LedgerEntry

CHUNK = 2_000
_ABOUT_A_NOTE = {"credited", "refunded", "refund_failed", "paid_otherwise"}


class BookRow(NamedTuple):
    """A ledger entry with its fields for the accounts' file."""

    number: int
    booked_on: dt.date
    occurred_at: dt.datetime
    valid_at: dt.datetime
    kind: str
    business_key: str
    source: str
    account: Account
    cents: int
    auxiliary: str
    auxiliary_name: str
    paper: str
    paper_at: dt.datetime | None
    lettered_at: dt.datetime | None
    sale_id: int | None

    @property
    def piece(self) -> str:
        """Number of its paper; else the reference of its entry by hand, statement or payout.

        An event without a reference has its business key.
        """
        return self.paper or self.source or self.business_key

    @property
    def words(self) -> str:
        """Event and piece; of an entry that came after its month was locked, its own day too."""
        words = f"{chart.words_of(self.kind)} {self.piece}"
        day = day_of(self.occurred_at)
        return words if day == self.booked_on else f"{words}, du {day:%d/%m/%Y}"


class OpeningRow(NamedTuple):
    """The opening balance of an account in a year; with no owner, results of the years before."""

    account: Account | None
    cents: int
    auxiliary: str = ""
    auxiliary_name: str = ""


def bounds_of(year: int) -> tuple[dt.datetime, dt.datetime]:
    """Return the moments at which a year of the books begins and is over."""
    return midnight_of(dt.date(year, 1, 1)), midnight_of(dt.date(year + 1, 1, 1))


def years_of_books() -> list[int]:
    """Return the years that hold an entry, the newest first."""
    ends = LedgerEntry.objects.aggregate(
        first=Min("transaction__occurred_at"), last=Max("transaction__occurred_at")
    )
    if ends["first"] is None:
        return []
    zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
    first, last = (ends[name].astimezone(zone).year for name in ("first", "last"))
    return list(range(last, first - 1, -1))


def numbered_until() -> dt.datetime | None:
    """Return the last moment of a validation, or None if no entry has a number."""
    last: dt.datetime | None = EntryNumber.objects.aggregate(last=Max("numbered_at"))["last"]
    return last


def opening_rows(year: int) -> Iterator[OpeningRow]:
    """Yield the balance of each account at the end of the year before, by merchant and council.

    It holds the entries that were booked in earlier years: what comes late for a closed year is
    booked in a later one.
    """
    rows = (
        LedgerEntry.objects.filter(transaction__entry_number__year__lt=year)
        .values(*_WHO)
        .annotate(cents=Sum("amount_cents"))
        .exclude(cents=0)
        .order_by("account", "merchant_id", "council_id")
    )
    for row in rows.iterator(chunk_size=CHUNK):
        yield OpeningRow(Account(row["account"]), row["cents"], *_auxiliary(row))


_WHO = (
    "account",
    "merchant_id",
    "merchant__reference",
    "merchant__legal_name",
    "council_id",
    "council__reference",
    "council__name",
)


def book_rows(year: int, *, entry_ids: Sequence[int] | None = None) -> Iterator[BookRow]:
    """Yield the numbered entries of a year in the order of their numbers, a chunk at a time.

    With `entry_ids` only these.
    """
    some = {} if entry_ids is None else {"pk__in": entry_ids}
    entries = (
        LedgerEntry.objects.filter(transaction__entry_number__year=year, **some)
        .order_by("transaction__entry_number__number", "id")
        .values(
            *_WHO,
            "transaction_id",
            "sale_id",
            "amount_cents",
            number=F("transaction__entry_number__number"),
            booked_on=F("transaction__entry_number__booked_on"),
            valid_at=F("transaction__entry_number__numbered_at"),
            occurred_at=F("transaction__occurred_at"),
            kind=F("transaction__kind"),
            business_key=F("transaction__business_key"),
            source=F("transaction__source_ref"),
        )
    )
    for chunk in itertools.batched(entries.iterator(chunk_size=CHUNK), CHUNK):
        yield from _book_rows(chunk, *bounds_of(year))


def _book_rows(
    chunk: tuple[dict[str, Any], ...], begins: dt.datetime, ends: dt.datetime
) -> Iterator[BookRow]:
    """Yield rows with the data of other tables: papers, and settlements."""
    sale_ids = {row["sale_id"] for row in chunk if row["sale_id"]}
    invoices = {
        paper["sale_id"]: paper
        for paper in Invoice.objects.filter(sale_id__in=sale_ids, kind="invoice").values(
            "sale_id", "number", "issued_at"
        )
    }
    sources = {row["source"] for row in chunk if row["source"]}
    notes = {
        paper["refund__stripe_id"] or paper["dispute__stripe_id"]: paper
        for paper in Invoice.objects.filter(
            Q(refund__stripe_id__in=sources) | Q(dispute__stripe_id__in=sources)
        ).values("refund__stripe_id", "dispute__stripe_id", "number", "issued_at")
    }
    settled = _settled(sale_ids, begins, ends)
    for row in chunk:
        note = notes.get(row["source"]) if row["kind"] in _ABOUT_A_NOTE else None
        paper: Mapping[str, Any] = note or invoices.get(row["sale_id"]) or {}
        yield BookRow(
            number=row["number"],
            booked_on=row["booked_on"],
            occurred_at=row["occurred_at"],
            valid_at=row["valid_at"],
            kind=row["kind"],
            business_key=row["business_key"],
            source=row["source"],
            account=Account(row["account"]),
            cents=row["amount_cents"],
            auxiliary=_auxiliary(row)[0],
            auxiliary_name=_auxiliary(row)[1],
            paper=paper.get("number", ""),
            paper_at=paper.get("issued_at"),
            lettered_at=_lettered(row, settled),
            sale_id=row["sale_id"],
        )


def _settled(sale_ids: set[int], begins: dt.datetime, ends: dt.datetime) -> dict[int, dt.datetime]:
    """Return the sales that were paid within the year, and since when nothing is owed."""
    sums = (
        LedgerEntry.objects.filter(
            sale_id__in=sale_ids, account=Account.RECEIVABLE, transaction__occurred_at__lt=ends
        )
        .values("sale_id")
        .annotate(
            cents=Sum("amount_cents"),
            first=Min("transaction__occurred_at"),
            last=Max("transaction__occurred_at"),
        )
    )
    return {
        row["sale_id"]: row["last"] for row in sums if row["cents"] == 0 and row["first"] >= begins
    }


def _lettered(row: dict[str, Any], settled: dict[int, dt.datetime]) -> dt.datetime | None:
    return settled.get(row["sale_id"]) if row["account"] == Account.RECEIVABLE else None


def _auxiliary(row: dict[str, Any]) -> tuple[str, str]:
    if row["merchant_id"]:
        return row["merchant__reference"], row["merchant__legal_name"]
    if row["council_id"]:
        return row["council__reference"], row["council__name"]
    return "", ""


def midnight_of(day: dt.date) -> dt.datetime:
    """Return the moment at which a day begins where the seller keeps its books."""
    return dt.datetime.combine(day, dt.time(), zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE))


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day of a moment where the seller keeps its books."""
    return moment.astimezone(zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)).date()
