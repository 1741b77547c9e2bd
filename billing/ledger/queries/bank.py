"""Statements of our bank: their lines, what each matches, and the balances beside the books."""

import datetime as dt
import zoneinfo
from collections.abc import Collection
from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from billing.ledger.queries.accounting import day_of
from billing.ledger.queries.balances import sums_at
from billing.ledger.queries.seller import seller
from billing.ledger.rules import bank as rules
from billing.ledger.rules.bank import Placed, StatementLine
from billing.models import (
    Account,
    BankLine,
    BankStatement,
    Case,
    ManualEntry,
    Payout,
    Refund,
)

ON_A_PAGE = 50
READ_WITHIN = dt.timedelta(minutes=1)  # a job that takes longer was lost
Kind = BankLine.Kind


class Match(NamedTuple):
    """A line of a statement, what it matches, and whether it is booked already."""

    placed: Placed
    kind: BankLine.Kind
    payout: Payout | None = None
    refund: Refund | None = None
    entry: ManualEntry | None = None

    @property
    def reference(self) -> str:
        """Reference of the payout, refund or payment that it matches."""
        if self.payout:
            return self.payout.stripe_id
        if self.refund:
            return self.refund.reference
        return self.entry.reference if self.entry else ""


class BankView(NamedTuple):
    """Statements, the balances of 512 and 580, and the lines that match nothing."""

    page: Page[BankStatement]
    bank_cents: int
    transit_cents: int
    suspense_cents: int
    open_cases: int


def bank_view(*, number: str, at: dt.datetime) -> BankView:
    """Return the statements, the newest first, with today's balances."""
    sums = sums_at(at)
    cases = Case.objects.filter(kind=Case.Kind.BANK_LINE, state=Case.State.OPEN)
    return BankView(
        page=Paginator(BankStatement.objects.all(), ON_A_PAGE).get_page(number),
        bank_cents=sums.get(Account.BANK, 0),
        transit_cents=sums.get(Account.BANK_TRANSIT, 0),
        suspense_cents=sums.get(Account.SUSPENSE, 0),
        open_cases=cases.count(),
    )


def statement_of(reference: str) -> BankStatement | None:
    """Return a statement; null for an unknown reference."""
    found = BankStatement.objects.select_related("uploaded_by", "imported_by")
    return found.filter(reference=reference).first()


def statements_to_read(*, at: dt.datetime | None = None) -> QuerySet[BankStatement]:
    """Return statements that no job has read; with a moment, only overdue statements."""
    waiting = BankStatement.objects.filter(first_day=None, failure="")
    return waiting if at is None else waiting.filter(uploaded_at__lt=at - READ_WITHIN)


def known_statement(sha256: str) -> BankStatement | None:
    """Return the statement of the same file, if it was sent before."""
    return BankStatement.objects.filter(sha256=sha256).first()


def booked_lines(statement: BankStatement) -> list[BankLine]:
    """Return the lines that a statement booked, in the order of their days."""
    found = BankLine.objects.filter(statement=statement)
    return list(found.select_related("payout", "refund", "entry"))


def cases_of(lines: Collection[BankLine]) -> dict[int, Case]:
    """Return the case of each line that matched nothing, by line."""
    subjects = {subject_of(line.pk): line.pk for line in lines if line.kind == Kind.UNKNOWN}
    cases = Case.objects.filter(kind=Case.Kind.BANK_LINE, subject__in=subjects)
    return {subjects[case.subject]: case for case in cases}


def subject_of(line_id: int) -> str:
    """Return the subject of the case about a line of the bank."""
    return f"bank line {line_id}"


def ledger_cents_on(day: dt.date) -> int:
    """Return the balance of 512 at the end of a day."""
    zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
    return sums_at(dt.datetime.combine(day, dt.time.max, zone)).get(Account.BANK, 0)


def other_account(statement: BankStatement) -> str:
    """Return the IBAN of our papers if a statement names another account, else an empty text."""
    ours = "".join(seller().get("iban", "").split()).upper()
    named = "".join(statement.account.split()).upper()
    return ours if named and ours and named != ours else ""


def matches_of(statement: BankStatement) -> list[Match]:
    """Return each line of a statement with what it matches."""
    lines = [StatementLine.read(line) for line in statement.lines]
    known = BankLine.objects.filter(
        booked_on__range=(statement.first_day, statement.last_day)
    ).values_list("booked_on", "cents", "bank_reference")
    candidates = _Candidates({line.cents for line in lines})
    return [_match(one, candidates) for one in rules.placed(lines, known)]


class _Candidates:
    """Payouts, refunds by transfer and payments on paper of some amounts, without a line yet."""

    def __init__(self, cents: Collection[int]) -> None:
        outgoing = [-one for one in cents if one < 0]
        self.payouts = list(
            Payout.objects.filter(
                council=None, bank_line=None, amount_cents__in=[one for one in cents if one > 0]
            )
            .exclude(state__in=[Payout.State.FAILED, Payout.State.CANCELED])
            .order_by("made_at")
        )
        self.refunds = list(
            Refund.objects.filter(
                paid_otherwise_at__isnull=False, bank_line=None, amount_cents__in=outgoing
            ).order_by("paid_otherwise_at")
        )
        paid = ManualEntry.objects.filter(
            state=ManualEntry.State.POSTED,
            way__in=[ManualEntry.Way.TRANSFER, ManualEntry.Way.DONATION],
            bank_line=None,
        )
        self.entries = [(entry, _sum_of(entry)) for entry in paid.order_by("booked_for")]

    def payout(self, line: StatementLine) -> Payout | None:
        """Return and use up the oldest payout that arrived on about the day of a line."""
        for payout in self.payouts:
            day = payout.arrives_on or day_of(payout.made_at)
            if payout.amount_cents == line.cents and abs(line.day - day) <= rules.ARRIVES_WITHIN:
                self.payouts.remove(payout)
                return payout
        return None

    def refund(self, line: StatementLine) -> Refund | None:
        """Return and use up the refund paid by this transfer: named in its words, or the oldest."""
        fitting = [
            refund
            for refund in self.refunds
            if refund.amount_cents == -line.cents
            and refund.paid_otherwise_at
            and abs(line.day - day_of(refund.paid_otherwise_at)) <= rules.LEAVES_WITHIN
        ]
        named = [refund for refund in fitting if refund.reference in line.words]
        found = next(iter([*named, *fitting]), None)
        if found:
            self.refunds.remove(found)
        return found

    def entry(self, line: StatementLine) -> ManualEntry | None:
        """Return and use up the payment on paper of this transfer."""
        fitting = [
            (entry, cents)
            for entry, cents in self.entries
            if cents == -line.cents and abs(line.day - entry.booked_for) <= rules.LEAVES_WITHIN
        ]
        if not fitting:
            return None
        self.entries.remove(fitting[0])
        return fitting[0][0]


def _sum_of(entry: ManualEntry) -> int:
    return -sum(
        int(line["cents"]) for line in entry.lines if line["account"] == Account.BANK_TRANSIT
    )


def _match(placed: Placed, candidates: _Candidates) -> Match:
    line = placed.line
    if not placed.is_new:
        return Match(placed, Kind.UNKNOWN)
    if line.cents > 0 and (payout := candidates.payout(line)):
        return Match(placed, Kind.PAYOUT, payout=payout)
    if line.cents < 0 and (refund := candidates.refund(line)):
        return Match(placed, Kind.REFUND, refund=refund)
    if line.cents < 0 and (entry := candidates.entry(line)):
        return Match(placed, Kind.PAPER, entry=entry)
    return Match(placed, Kind.FEE if rules.is_fee(line) else Kind.UNKNOWN)
