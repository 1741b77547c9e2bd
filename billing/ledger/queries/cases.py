"""Queries of the nightly comparison for operators: each night, each difference, the books."""

import datetime as dt
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from billing.ledger import wording
from billing.ledger.queries.balances import balances_at
from billing.ledger.queries.reinvoicing import InvoiceAgain, to_invoice_again
from billing.ledger.rules.manual import OF_THE_NIGHT
from billing.models import (
    Account,
    AccountChange,
    Case,
    Council,
    LedgerEntry,
    LedgerTransaction,
    Order,
    Payment,
    Payout,
    Reconciliation,
    Restitution,
    Share,
    Statement,
    StripeCall,
    TaxPayment,
)
from billing.wording import books, onward, reasons
from saas.kernel.models import SharedModel

ON_A_PAGE = 50
NIGHTS = 14


class CaseRow(NamedTuple):
    """A difference, with the amount of either side."""

    case: Case
    kind_words: str
    state_words: str
    gap_cents: int | None


class EntryRow(NamedTuple):
    """A ledger entry related to a case."""

    key: str
    kind: str
    at: dt.datetime
    account: str
    cents: int
    order_reference: str

    @property
    def kind_words(self) -> str:
        """The label of the event's kind."""
        return books.event_in_words(self.kind)

    @property
    def reference(self) -> str:
        """The reference shown on pages; the order's, unless the business key contains another."""
        return books.reference_in(self.key) or self.order_reference

    @property
    def account_words(self) -> str:
        """The account, by its name."""
        return books.account_in_words(self.account)


# Kinds of cases about something other than two amounts of the same move.
ALONE = frozenset(
    {Case.Kind.FAILING_STEP, Case.Kind.PAPER, Case.Kind.STRANDED, Case.Kind.BANK_LINE}
)


class CaseView(NamedTuple):
    """A difference with the advice about it, and its ledger entries."""

    row: CaseRow
    advice: str
    entries: list[EntryRow]
    order_reference: str
    council_reference: str
    payout: str
    again: InvoiceAgain | None

    @property
    def compares(self) -> bool:
        """Whether it has two sides, Stripe's and ours, and Stripe can be asked again."""
        return self.row.case.kind not in ALONE

    @property
    def is_of_balance(self) -> bool:
        """True if its gap is a gap with Stripe's balance, which an entry corrects."""
        return self.row.case.kind in OF_THE_NIGHT

    @property
    def details_words(self) -> str:
        """Details of the event beside its subject."""
        details = self.row.case.details
        if self.row.case.kind != Case.Kind.PAYMENT_MISMATCH:
            return details
        whose, parted, problem = details.partition(": ")
        return f"{whose}{parted}{reasons.of_mismatch(problem)}"

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        if self.row.case.kind == Case.Kind.FAILING_STEP and self.row.case.state == Case.State.OPEN:
            return wording.step_is_retried()
        return onward.of_case(self.row.case.state)


class BalanceRow(NamedTuple):
    """The balance of an account at a moment, and its owner."""

    account: str
    words: str
    name: str
    cents: int


class Night(NamedTuple):
    """A reconciliation, and the reason of its failure, if any."""

    run: Reconciliation
    failure: str


def nights() -> list[Night]:
    """Return the last comparisons, the newest first."""
    found = Reconciliation.objects.all()[:NIGHTS]
    return [Night(run, reasons.of_failure(run.failure)) for run in found]


def unbooked_cents() -> int:
    """Return what Stripe's balance and the books differ by, after the cases that were closed.

    A case can be closed with an explanation alone; its difference stays until an entry books it.
    """
    last = Reconciliation.objects.exclude(state=Reconciliation.State.RUNNING).first()
    if last is None or last.stripe_cents is None or last.ledger_cents is None:
        return 0
    return last.stripe_cents - last.ledger_cents


def cases_page(*, state: str, number: str) -> tuple[list[CaseRow], Page[Case]]:
    """Return a page of the cases in a state, the newest first; those that wait by default."""
    wanted = state if state in Case.State.values else Case.State.OPEN
    found = Case.objects.filter(state=wanted).select_related("closed_by")
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [_row(case) for case in shown.object_list], shown


def _row(case: Case) -> CaseRow:
    has_amount = case.stripe_cents is not None or case.ledger_cents is not None
    gap = (case.stripe_cents or 0) - (case.ledger_cents or 0)
    return CaseRow(
        case, case.get_kind_display(), case.get_state_display(), gap if has_amount else None
    )


def case_of(reference: str) -> CaseView | None:
    """Return a case with its ledger entries."""
    case = Case.objects.filter(reference=reference).select_related("closed_by").first()
    if case is None:
        return None
    about = Q(stripe_id=case.subject) & ~Q(stripe_id="")
    about |= Q(transaction__business_key=f"bt:{case.subject}")
    if case.ledger_transaction_id:
        about |= Q(transaction_id=case.ledger_transaction_id)
    entries = [
        EntryRow(
            key=entry.transaction.business_key,
            kind=entry.transaction.kind,
            at=entry.transaction.occurred_at,
            account=entry.account,
            cents=entry.amount_cents,
            order_reference=entry.sale.order.reference if entry.sale else "",
        )
        for entry in LedgerEntry.objects.filter(about)
        .select_related("transaction", "sale__order")
        .order_by("pk")[:ON_A_PAGE]
    ]
    orders = [entry.order_reference for entry in entries if entry.order_reference]
    orders += _orders_of_payment(case.subject)
    stuck_order, council = _stuck(case.subject) if case.kind == Case.Kind.FAILING_STEP else ("", "")
    orders += [stuck_order]
    payout = Payout.objects.select_related("council").filter(stripe_id=case.subject).first()
    return CaseView(
        row=_row(case),
        advice=wording.advice(case),
        entries=entries,
        order_reference=orders[0],
        council_reference=council or _council_of(payout),
        payout=payout.stripe_id if payout else "",
        again=to_invoice_again(case.subject) if case.kind == Case.Kind.PAYMENT_MISMATCH else None,
    )


def _council_of(payout: Payout | None) -> str:
    return payout.council.reference if payout and payout.council else ""


def _orders_of_payment(subject: str) -> list[str]:
    """Name the order of a payment that nothing was booked of."""
    payments = Payment.objects.filter(Q(session_id=subject) | Q(stripe_invoice=subject))
    return list(payments.values_list("order__reference", flat=True)[:1])


# The model of a failing step, and the lookups of its order and its council.
_STEPS: dict[str, tuple[type[SharedModel], str, str]] = {
    "share": (Share, "sale__order__reference", "council__reference"),
    "restitution": (
        Restitution,
        "share__sale__order__reference",
        "share__council__reference",
    ),
    "tax": (TaxPayment, "", "statement__council__reference"),
    "bill": (Statement, "", "council__reference"),
    "council": (Council, "", "reference"),
    "change": (AccountChange, "", "council__reference"),
    "order": (Order, "reference", ""),
}


def _stuck(subject: str) -> tuple[str, str]:
    """Return the references of the order and of the council that a failing step is about."""
    what, _space, row_id = subject.partition(" ")
    model, order, council = _STEPS[what]
    paths = [path for path in (order, council) if path]
    found = model.objects.filter(pk=row_id).values(*paths).first() or {}
    return found.get(order, ""), found.get(council, "")


def payout_owners() -> dict[str, str]:
    """Return the filter choices for the owners of payouts."""
    return {"ours": _("Les nôtres"), "councils": _("Ceux des CSE")}


def payouts_page(*, whose: str, number: str) -> tuple[list[tuple[Payout, str]], Page[Payout]]:
    """Return a page of the payments to banks: ours, councils', or all; each with its refusal."""
    found = Payout.objects.select_related("council")
    if whose == "ours":
        found = found.filter(council=None)
    elif whose == "councils":
        found = found.exclude(council=None)
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    why = [reasons.in_words(payout.failure, reasons.PAYOUTS) for payout in shown.object_list]
    return list(zip(shown.object_list, why, strict=True)), shown


def reserve_cents() -> int | None:
    """Return the minimum balance last set at Stripe."""
    last_call = StripeCall.objects.filter(
        kind=StripeCall.Kind.TREASURY, state=StripeCall.State.DONE
    ).last()
    if last_call is None:
        return None
    return int(last_call.params["payments"]["payouts"]["minimum_balance_by_currency"]["eur"])


def balance_sheet(moment: dt.datetime) -> list[BalanceRow]:
    """Return the balance of each account at a moment, with a row for each council."""
    rows = balances_at(moment)
    names = dict(
        Council.objects.filter(
            pk__in={row.council_id for row in rows if row.council_id}
        ).values_list("pk", "name")
    )
    sums: dict[tuple[Account, str, int], int] = {}
    for row in rows:
        council = row.council_id or 0
        key = (row.account, names.get(council, ""), council)
        sums[key] = sums.get(key, 0) + row.cents
    order = list(Account)
    return [
        BalanceRow(account.value, books.account_in_words(account.value), name, cents)
        for (account, name, _council), cents in sorted(
            sums.items(), key=lambda one: (order.index(one[0][0]), *one[0][1:])
        )
        if cents
    ]


class LedgerEventRow(NamedTuple):
    """A ledger event for operators: each account by its name, and its owner."""

    event: LedgerTransaction
    words: str
    reference: str
    entries: list[tuple[str, str, int]]


def events_page(
    *, number: str, moment: dt.datetime
) -> tuple[list[LedgerEventRow], Page[LedgerTransaction]]:
    """Return a page of the ledger until a moment, the newest first, with entries."""
    found = LedgerTransaction.objects.filter(occurred_at__lte=moment)
    found = found.order_by("-occurred_at", "-pk").prefetch_related("entries__council")
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [_event_row(event) for event in shown.object_list], shown


def _event_row(event: LedgerTransaction) -> LedgerEventRow:
    entries = [
        (
            books.account_in_words(entry.account),
            entry.council.name if entry.council else "",
            entry.amount_cents,
        )
        for entry in event.entries.all()
    ]
    words = books.event_in_words(event.kind)
    return LedgerEventRow(event, words, books.reference_in(event.business_key), entries)
