"""The books for an accountant's program: journal, balances, papers and statements, to be read.

Days are ISO 8601 where the seller keeps its books, amounts whole cents of euros.
"""

import datetime as dt
import zoneinfo
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.accountants import AccountantAuthentication, ReadsBooks
from api.errors import those
from api.resources import Resource
from api.times import DayIn
from billing.councils.settlement.statements import statement_content
from billing.ledger.queries import accountants as queries
from billing.ledger.queries.accounting import BookRow, day_of
from billing.ledger.queries.cases import balance_sheet
from billing.ledger.rules import chart
from billing.ledger.rules.chart import CHART
from billing.models import Account, Invoice, Statement
from billing.papers.settlement.rendering import content_of
from saas.kernel.uploads import files

PDF = {(200, "application/pdf"): bytes}


class YearQuery(paging.PageQuery):
    """A page of a year's journal."""

    year = serializers.IntegerField(min_value=2000, max_value=2999)


class DaysQuery(paging.PageQuery):
    """A page of a list, with its first and last day."""

    since = DayIn(required=False, allow_null=True, default=None)
    until = DayIn(required=False, allow_null=True, default=None)


class BalanceQuery(serializers.Serializer[Any]):
    """The day of the balances; without it, today."""

    day = DayIn(required=False, allow_null=True, default=None)


class BookLine(serializers.Serializer[Any]):
    """A line of the journal, with the number of its entry in the accounts' file."""

    number = serializers.IntegerField()
    day = serializers.DateField()
    journal = serializers.CharField()
    account = serializers.CharField()
    account_name = serializers.CharField()
    auxiliary = serializers.CharField()
    auxiliary_name = serializers.CharField()
    piece = serializers.CharField()
    piece_day = serializers.DateField()
    text = serializers.CharField()
    debit_cents = serializers.IntegerField()
    credit_cents = serializers.IntegerField()
    valid_day = serializers.DateField()


class JournalOut(paging.PageBase):
    """A page of the journal."""

    results = BookLine(many=True)


class BookBalance(serializers.Serializer[Any]):
    """The balance of an account at the end of a day, debit positive; of a council's, its name."""

    account = serializers.CharField()
    account_name = serializers.CharField()
    council = serializers.CharField(allow_blank=True)
    cents = serializers.IntegerField()


@extend_schema_serializer(many=False)
class BalancesOut(serializers.Serializer[Any]):
    """The balances at the end of a day; their sum is zero."""

    day = serializers.DateField()
    results = BookBalance(many=True)


class BookPaper(serializers.Serializer[Any]):
    """An invoice or a credit note."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Invoice.Kind.values)
    day = serializers.DateField()
    buyer = serializers.CharField()
    net_cents = serializers.IntegerField()
    vat_cents = serializers.IntegerField()
    gross_cents = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)


class PapersOut(paging.PageBase):
    """A page of invoices and credit notes."""

    results = BookPaper(many=True)


class BookStatement(serializers.Serializer[Any]):
    """A statement of a council; with a number, an invoice made in the council's name."""

    reference = serializers.CharField()
    number = serializers.CharField(allow_null=True)
    day = serializers.DateField()
    council = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    net_cents = serializers.IntegerField()
    vat_cents = serializers.IntegerField()
    opening_cents = serializers.IntegerField()
    closing_cents = serializers.IntegerField()


class StatementsOut(paging.PageBase):
    """A page of councils' statements."""

    results = BookStatement(many=True)


class BookResource(Resource):
    """A part of the books, for an accountant's token."""

    scope = "books"
    authentication_classes = [AccountantAuthentication]
    permission_classes = [ReadsBooks]


class BookEntries(BookResource):
    """The journal of a year, line by line."""

    @extend_schema(parameters=[YearQuery], responses={200: JournalOut, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the numbered entries of a year in the order of their numbers."""
        query = _read(YearQuery, request)
        year = query.validated_data["year"]
        page = paging.cut(request, query, queries.entries_of(year))
        rows = [_line(row) for row in queries.rows_of(page.rows, year=year)]
        return paging.answer(request, page, BookLine(rows, many=True).data)


class BookBalances(BookResource):
    """The balances of the books at the end of a day."""

    @extend_schema(parameters=[BalanceQuery], responses={200: BalancesOut, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the balance of each account, those of councils one by one."""
        query = _read(BalanceQuery, request)
        day = query.validated_data["day"] or day_of(timezone.now())
        zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
        rows = [
            {
                "account": CHART[Account(row.account)].number,
                "account_name": CHART[Account(row.account)].name,
                "council": row.name,
                "cents": row.cents,
            }
            for row in balance_sheet(dt.datetime.combine(day, dt.time.max, tzinfo=zone))
        ]
        return Response(BalancesOut({"day": day, "results": rows}).data)


class BookPapers(BookResource):
    """Invoices and credit notes, with their files."""

    lookup_field = "number"
    lookup_value_regex = r"[A-Z0-9-]{1,40}"

    @extend_schema(parameters=[DaysQuery], responses={200: PapersOut, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List invoices and credit notes, the oldest first."""
        query = _read(DaysQuery, request)
        page = paging.cut(request, query, queries.papers(**_days(query)))
        rows = [_paper(paper) for paper in page.rows]
        return paging.answer(request, page, BookPaper(rows, many=True).data)

    @extend_schema(responses={**PDF, **those(403, 404, 422)})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, number: str) -> FileResponse:  # noqa: ARG002 - DRF's form
        """Download an invoice or a credit note as PDF (Factur-X)."""
        paper = queries.paper_numbered(number)
        return _file(content_of(paper) if paper else None, number)


class BookStatements(BookResource):
    """Statements of councils and invoices made in their names, with their files."""

    @extend_schema(parameters=[DaysQuery], responses={200: StatementsOut, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the statements of councils, the oldest first."""
        query = _read(DaysQuery, request)
        page = paging.cut(request, query, queries.statements(**_days(query)))
        rows = [_statement(one) for one in page.rows]
        return paging.answer(request, page, BookStatement(rows, many=True).data)

    @extend_schema(responses={**PDF, **those(403, 404, 422)})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, reference: str) -> FileResponse:  # noqa: ARG002 - DRF's form
        """Download a statement as PDF."""
        found = queries.statement_named(reference)
        return _file(statement_content(found) if found else None, reference)


def _read[Q: serializers.Serializer[Any]](kind: type[Q], request: Request) -> Q:
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query


def _days(query: DaysQuery) -> dict[str, Any]:
    return {name: query.validated_data[name] for name in ("since", "until")}


def _file(content: bytes | None, name: str) -> FileResponse:
    if content is None:
        raise Http404
    return files.download(content, name=f"{name}.pdf", content_type="application/pdf")


def _line(row: BookRow) -> dict[str, Any]:
    account = CHART[row.account]
    return {
        "number": row.number,
        "day": row.booked_on,
        "journal": chart.journal_of(row.kind).value[0],
        "account": account.number,
        "account_name": account.name,
        "auxiliary": row.auxiliary if account.of else "",
        "auxiliary_name": row.auxiliary_name if account.of else "",
        "piece": row.piece,
        "piece_day": day_of(row.paper_at or row.occurred_at),
        "text": row.words,
        "debit_cents": max(row.cents, 0),
        "credit_cents": -min(row.cents, 0),
        "valid_day": day_of(row.valid_at),
    }


def _paper(paper: Invoice) -> dict[str, Any]:
    sign = -1 if paper.kind == Invoice.Kind.CREDIT_NOTE else 1
    return {
        "number": paper.number,
        "kind": paper.kind,
        "day": day_of(paper.issued_at),
        "buyer": str(paper.buyer.get("name", "")),
        "net_cents": sign * paper.net_cents,
        "vat_cents": sign * paper.vat_cents,
        "gross_cents": sign * paper.gross_cents,
        "sha256": paper.pdf_sha256,
    }


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "number": one.number,
        "day": day_of(one.made_at),
        "council": one.council.name,
        "first_day": one.first_day,
        "last_day": one.last_day,
        "net_cents": one.net_cents,
        "vat_cents": one.vat_cents,
        "opening_cents": one.opening_cents,
        "closing_cents": one.closing_cents,
    }
