"""Tokens of accountants' programs, and the rows that they read."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from billing.ledger.queries.accounting import BookRow, book_rows, midnight_of
from billing.models import AccountantToken, Invoice, LedgerEntry, Statement
from saas.kernel.secrets import tokens

A_DAY = dt.timedelta(days=1)


def token_with(secret: str, *, at: dt.datetime) -> AccountantToken | None:
    """Return the token in use with a secret, if any."""
    found = AccountantToken.objects.filter(
        token_hash=tokens.hashed(secret), revoked_at=None, expires_at__gt=at
    )
    return found.first()


def token_named(reference: str) -> AccountantToken | None:
    """Return a token by its reference."""
    return AccountantToken.objects.filter(reference=reference).first()


def all_tokens() -> QuerySet[AccountantToken]:
    """Return all tokens, the newest first, with their operators."""
    return AccountantToken.objects.select_related("made_by", "revoked_by")


def entries_of(year: int) -> QuerySet[LedgerEntry]:
    """Return the numbered entries of a year in the order of their numbers."""
    found = LedgerEntry.objects.filter(transaction__entry_number__year=year)
    return found.order_by("transaction__entry_number__number", "pk")


def rows_of(entries: Iterable[LedgerEntry], *, year: int) -> list[BookRow]:
    """Return entries of a year with the fields of the accounts' file, in the same order."""
    return list(book_rows(year, entry_ids=[entry.pk for entry in entries]))


def papers(*, since: dt.date | None, until: dt.date | None) -> QuerySet[Invoice]:
    """Return invoices and credit notes of some days, the oldest first."""
    found = Invoice.objects.order_by("issued_at", "pk")
    found = found.filter(issued_at__gte=midnight_of(since)) if since else found
    return found.filter(issued_at__lt=midnight_of(until + A_DAY)) if until else found


def statements(*, since: dt.date | None, until: dt.date | None) -> QuerySet[Statement]:
    """Return the statements of councils made on some days, the oldest first."""
    found = Statement.objects.select_related("council").order_by("made_at", "pk")
    found = found.filter(made_at__gte=midnight_of(since)) if since else found
    return found.filter(made_at__lt=midnight_of(until + A_DAY)) if until else found


def paper_numbered(number: str) -> Invoice | None:
    """Return an invoice or a credit note by its number."""
    return Invoice.objects.filter(number=number).first()


def statement_named(reference: str) -> Statement | None:
    """Return a statement by its reference."""
    return Statement.objects.filter(reference=reference).first()
