"""The month's VAT by line of the return, from numbered entries, with the entries behind each."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Case as When
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models import When as Then
from django.db.models.functions import TruncMonth

from billing.ledger.queries.accounting import bounds_of, midnight_of
from billing.ledger.rules.taxes import Figure, Move, carried, figures_of
from billing.models import (
    Account,
    Invoice,
    LedgerEntry,
    LedgerTransaction,
    ManualEntry,
    Sale,
    VatTreatment,
)
from saas.catalogue.placements.rules.prices import Period, days_without
from saas.kernel.values.months import months_later

MOST_SHOWN = 500


class ServiceRow(NamedTuple):
    """A line of the European services statement: the buyer's number, and the net amount."""

    vat_number: str
    name: str
    net_cents: int


class BadDebt(NamedTuple):
    """A loss on a sale, and the VAT in it that was not deducted yet."""

    sale_id: int
    merchant_name: str
    order_reference: str
    lost_cents: int
    vat_cents: int


class VatReturn(NamedTuple):
    """The return of a month: its lines, the services statement, and the ledger's own balance.

    `ledger_cents` is the VAT of the month's entries alone, without a credit carried into it.
    """

    month: dt.date
    figures: list[Figure]
    services: list[ServiceRow]
    ledger_cents: int
    settlement: ManualEntry | None

    @property
    def net_cents(self) -> int:
        """VAT to be paid; negative if it is a credit."""
        found = self.cents_by_code
        return found["28"] - found["25"]

    @property
    def cents_by_code(self) -> dict[str, int]:
        """The tax of each line."""
        return {figure.code: figure.tax_cents or 0 for figure in self.figures}

    @property
    def agrees(self) -> bool:
        """True if the return equals the VAT accounts of the ledger."""
        return self.net_cents + self.cents_by_code["22"] == self.ledger_cents


def vat_return(month: dt.date) -> VatReturn:
    """Return the VAT return of a month: of all entries booked in it."""
    totals = (
        _entries(month).filter(account__in=_VAT).aggregate(cents=Sum("amount_cents", default=0))
    )
    return VatReturn(
        month=month,
        figures=_figures(month),
        services=_services(month),
        ledger_cents=-int(totals["cents"]),
        settlement=settlement_of(month),
    )


def _figures(month: dt.date) -> list[Figure]:
    return figures_of(
        _moves(month),
        carried_cents=credit_before(month),
        refunded_cents=_refunds_of_credit(month).get(month, 0),
    )


_VAT = (Account.VAT_OUTPUT, Account.VAT_INPUT)


_SETTLED = (Account.VAT_PAYABLE, Account.VAT_CREDIT, Account.DEFERRED_INCOME)


def _touching(accounts: Iterable[Account]) -> Exists:
    """Return True for entries of a transaction with an entry on one of the accounts."""
    return Exists(
        LedgerEntry.objects.filter(transaction=OuterRef("transaction"), account__in=accounts)
    )


def _unsettled() -> QuerySet[LedgerEntry]:
    """Return entries that are numbered, without settlements of VAT and cut-offs."""
    found = LedgerEntry.objects.filter(
        ~_touching(_SETTLED), transaction__entry_number__isnull=False
    )
    return found.order_by()


def _entries(month: dt.date) -> QuerySet[LedgerEntry]:
    """Return the entries of a month, without settlements of VAT and cut-offs."""
    return _unsettled().filter(
        transaction__entry_number__booked_on__gte=month,
        transaction__entry_number__booked_on__lt=months_later(month),
    )


def credit_before(month: dt.date) -> int:
    """Return the credit of VAT that the months before carry into a month."""
    net = _by_month(_unsettled().filter(account__in=_VAT), before=month)
    refunds = _refunds_of_credit(month)
    return carried(
        (-net.get(one, 0), refunds.get(one, 0))
        for one in sorted(net.keys() | refunds.keys())
        if one < month
    )


def _refunds_of_credit(month: dt.date) -> dict[dt.date, int]:
    """Return refunds of a credit until the end of a month: the bank pays it, not a settlement."""
    found = LedgerEntry.objects.filter(
        ~_touching((*_VAT, Account.VAT_PAYABLE)), account=Account.VAT_CREDIT
    )
    sums = _by_month(found.order_by(), before=months_later(month))
    return {one: -cents for one, cents in sums.items()}


def _by_month(entries: QuerySet[LedgerEntry], *, before: dt.date) -> dict[dt.date, int]:
    """Return the sums of entries by the month in which they are booked."""
    day = "transaction__entry_number__booked_on"
    sums = (
        entries.filter(**{f"{day}__lt": before})
        .annotate(month=TruncMonth(day))
        .values("month")
        .annotate(cents=Sum("amount_cents"))
    )
    return {row["month"]: int(row["cents"]) for row in sums}


def _moves(month: dt.date) -> list[Move]:
    wanted = (*_VAT, Account.REVENUE_PLACEMENT, Account.BAD_DEBT)

    def sum_of(account: Account) -> Sum:
        return Sum(When(Then(account=account, then=F("amount_cents")), default=Value(0)))

    rows = (
        _entries(month)
        .filter(account__in=wanted)
        .values("transaction_id")
        .annotate(
            revenue=sum_of(Account.REVENUE_PLACEMENT),
            output=sum_of(Account.VAT_OUTPUT),
            input=sum_of(Account.VAT_INPUT),
            lost=sum_of(Account.BAD_DEBT),
        )
        .order_by("transaction_id")
    )
    return [
        Move(row["transaction_id"], row["revenue"], row["output"], row["input"], row["lost"] != 0)
        for row in rows
    ]


def _services(month: dt.date) -> list[ServiceRow]:
    """Return the services of a month for companies of other member states, by buyer."""
    papers = Invoice.objects.filter(
        vat_treatment=VatTreatment.REVERSE_CHARGE,
        issued_at__gte=midnight_of(month),
        issued_at__lt=midnight_of(months_later(month)),
    )
    found: dict[str, ServiceRow] = {}
    for paper in papers.order_by("pk"):
        number = str(paper.buyer.get("vat_number", ""))
        sign = -1 if paper.kind == Invoice.Kind.CREDIT_NOTE else 1
        before = found[number].net_cents if number in found else 0
        name = str(paper.buyer.get("name", ""))
        found[number] = ServiceRow(number, name, before + sign * paper.net_cents)
    return list(found.values())


def settlement_of(month: dt.date) -> ManualEntry | None:
    """Return the entry that settles the VAT of a month, proposed or posted."""
    last_day = months_later(month) - dt.timedelta(days=1)
    settled = Q(lines__contains=[{"account": Account.VAT_OUTPUT.value}])
    settled |= Q(lines__contains=[{"account": Account.VAT_INPUT.value}])
    counter = Q(lines__contains=[{"account": Account.VAT_PAYABLE.value}])
    counter |= Q(lines__contains=[{"account": Account.VAT_CREDIT.value}])
    return standing(last_day).filter(settled & counter).first()


def standing(day: dt.date) -> QuerySet[ManualEntry]:
    """Return entries by hand of a day that hold: not refused, not reversed, no reversals."""
    reversals = ManualEntry.objects.filter(reverses__isnull=False, state=ManualEntry.State.POSTED)
    return ManualEntry.objects.filter(booked_for=day, reverses=None).exclude(
        Q(state=ManualEntry.State.REFUSED) | Q(pk__in=reversals.values("reverses"))
    )


def transactions_behind(month: dt.date, code: str) -> list[LedgerTransaction]:
    """Return the transactions behind a line of the return, with their entries."""
    figures = {figure.code: figure for figure in _figures(month)}
    if code not in figures:
        return []
    found = LedgerTransaction.objects.filter(pk__in=figures[code].transactions)
    return list(found.select_related("entry_number").prefetch_related("entries")[:MOST_SHOWN])


def bad_debts() -> list[BadDebt]:
    """Return losses on sales with French VAT that was not deducted yet, oldest first."""
    losses = (
        LedgerEntry.objects.filter(account=Account.BAD_DEBT, sale__isnull=False)
        .filter(sale__vat_cents__gt=0, transaction__kind__in=("bad_debt", "recovered", "manual"))
        .values("sale_id")
        .annotate(
            lost=Sum("amount_cents", filter=~Q(transaction__kind="manual"), default=0),
            returned=Sum("amount_cents", filter=Q(transaction__kind="manual"), default=0),
        )
        .order_by("sale_id")
    )
    found = {row["sale_id"]: row for row in losses if row["lost"] > 0 and not row["returned"]}
    sales = Sale.objects.filter(pk__in=found).select_related("merchant", "order").order_by("pk")
    return [_bad_debt(sale, found[sale.pk]["lost"]) for sale in sales]


def _bad_debt(sale: Sale, lost_cents: int) -> BadDebt:
    vat_cents = (2 * lost_cents * sale.vat_cents + sale.gross_cents) // (2 * sale.gross_cents)
    return BadDebt(sale.pk, sale.merchant.legal_name, sale.order.reference, lost_cents, vat_cents)


def deferred_cents(year: int) -> int:
    """Return the net of the year's sales that is for days after it (PCG, compte 487).

    Each flight's price is spread evenly over its days; what was refunded does not count.
    """
    end = dt.date(year, 12, 31)
    begins, ends = bounds_of(year)
    sales = Sale.objects.filter(
        collected_at__gte=begins, collected_at__lt=ends, order__lines__flight__ends_on__gt=end
    ).distinct()
    return sum(
        _deferred(sale, end)
        for sale in sales.select_related("order").prefetch_related("order__lines__flight")
    )


def _deferred(sale: Sale, end: dt.date) -> int:
    remaining_cents = max(sale.gross_cents - sale.refunded_cents - sale.disputed_cents, 0)
    total = 0
    for line in sale.order.lines.all():
        flight = line.flight
        period = Period(flight.starts_on, flight.ends_on)
        later = period._replace(starts_on=max(period.starts_on, end + dt.timedelta(days=1)))
        days, after = (days_without(each, flight.closed_days).days for each in (period, later))
        total += line.net_cents * after * remaining_cents // (days * sale.gross_cents)
    return total
