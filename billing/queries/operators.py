"""Queries of the operator's console: orders, money on its way, rows that need somebody."""

import datetime as dt
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Now

from billing.models import (
    Account,
    Council,
    Invoice,
    LedgerEntry,
    Order,
    OrderLine,
    Payment,
    Refund,
    Sale,
    Share,
    StateChange,
    Transfer,
)
from billing.queries.desk import Amount
from billing.queries.terms import refundable_cents
from billing.rules import onward, outlook, reasons

ON_A_PAGE = 50


class OrderRow(NamedTuple):
    """An order in the console's list."""

    reference: str
    merchant_name: str
    headline: str
    state: str
    state_words: str
    gross_cents: int
    refunded_cents: int
    placed_at: dt.datetime
    paid_at: dt.datetime | None


class ShareRow(NamedTuple):
    """A council's share of an order."""

    reference: str
    council_name: str
    space_name: str
    state: str
    state_words: str
    amount_cents: int
    release_at: dt.datetime
    transfer: str
    why: str


class RefundRow(NamedTuple):
    """A refund, and whether it waits for a second person."""

    id: int
    reference: str
    order_reference: str
    merchant_name: str
    state: str
    state_words: str
    amount_cents: int
    reason: str
    origin_words: str
    requested_at: dt.datetime
    requested_by_id: int | None
    requested_by: str
    problem: str


class PaymentRow(NamedTuple):
    """A Checkout session of an order."""

    session_id: str
    state: str
    state_words: str
    is_duplicate: bool
    opened_at: dt.datetime
    charge: str
    fee_cents: int | None
    problem: str
    next_words: str


class ChangeRow(NamedTuple):
    """A change of an order's state: by whom, when, and why."""

    at: dt.datetime
    before: str
    after: str
    by: str
    why: str


class PostingRow(NamedTuple):
    """One entry of the ledger about an order."""

    at: dt.datetime
    kind: str
    account: str
    cents: int
    council_name: str
    stripe_id: str


class OrderView(NamedTuple):
    """Everything about one order that an operator may need."""

    order: Order
    merchant_name: str
    headline: str
    lines: list[Amount]
    payments: list[PaymentRow]
    shares: list[ShareRow]
    refunds: list[RefundRow]
    papers: list[Invoice]
    refundable_cents: int
    changes: list[ChangeRow]
    postings: list[PostingRow]

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        return onward.of_order(self.order.state, placed_at=self.order.placed_at)


class TransferRow(NamedTuple):
    """A transfer in the console's list."""

    reference: str
    council_name: str
    space_name: str
    order_reference: str
    state: str
    state_words: str
    amount_cents: int
    stripe_id: str
    refusal: str
    created_at: dt.datetime
    done_at: dt.datetime | None

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        return onward.of_transfer(self.state)


class CouncilBooks(NamedTuple):
    """The sums of a council's shares: held, due, owed by it, and paid to it."""

    held_cents: int
    due_cents: int
    owed_cents: int
    paid_cents: int


def order_states() -> dict[str, str]:
    """Name the states of orders."""
    return {state.value: str(state.label) for state in Order.State}


def orders_page(*, state: str, words: str, number: str) -> tuple[list[OrderRow], Page[Order]]:
    """Return a page of the orders that are asked for, newest first; what is empty leaves all."""
    found = Order.objects.select_related("merchant", "campaign").prefetch_related("sales")
    if state in Order.State.values:
        found = found.filter(state=state)
    if words:
        found = found.filter(Q(reference__iexact=words) | Q(merchant__name__icontains=words))
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [_order_row(order) for order in shown.object_list], shown


def _order_row(order: Order) -> OrderRow:
    return OrderRow(
        reference=order.reference,
        merchant_name=order.merchant.name,
        headline=order.campaign.headline,
        state=order.state,
        state_words=order.get_state_display(),
        gross_cents=order.gross_cents,
        refunded_cents=sum(sale.refunded_cents for sale in order.sales.all()),
        placed_at=order.placed_at,
        paid_at=order.paid_at,
    )


def order_of(reference: str) -> OrderView | None:
    """Return an order with its payments, shares, refunds, papers, history and postings."""
    order = Order.objects.select_related("merchant", "campaign").filter(reference=reference).first()
    if order is None:
        return None
    sale = Sale.objects.filter(order=order).first()
    return OrderView(
        order=order,
        merchant_name=order.merchant.name,
        headline=order.campaign.headline,
        lines=[
            Amount(line.description, line.net_cents)
            for line in OrderLine.objects.filter(order=order)
        ],
        payments=[_payment_row(row) for row in Payment.objects.filter(order=order)],
        shares=_shares(Share.objects.filter(sale__order=order)),
        refunds=_refunds(Refund.objects.filter(payment__order=order)),
        papers=list(Invoice.objects.filter(order=order).order_by("pk")),
        refundable_cents=refundable_cents(sale) if sale else 0,
        changes=[
            ChangeRow(row.at, row.before, row.after, row.by, row.why)
            for row in StateChange.objects.filter(machine="order", subject_id=order.pk)
        ],
        postings=_postings(order),
    )


def _payment_row(payment: Payment) -> PaymentRow:
    return PaymentRow(
        session_id=payment.session_id,
        state=payment.state,
        state_words=payment.get_state_display(),
        is_duplicate=payment.is_duplicate,
        opened_at=payment.opened_at,
        charge=payment.charge,
        fee_cents=payment.fee_cents,
        problem=reasons.of_misfit(payment.problem),
        next_words=onward.of_payment(
            payment.state,
            expires_at=payment.expires_at,
            problem=payment.problem,
            is_duplicate=payment.is_duplicate,
        ),
    )


def _shares(shares: QuerySet[Share]) -> list[ShareRow]:
    return [_share_row(share) for share in _with_council(shares)]


def _with_council(shares: QuerySet[Share]) -> QuerySet[Share]:
    return shares.select_related("council__tenant").prefetch_related("transfers")


def _share_row(share: Share) -> ShareRow:
    return ShareRow(
        reference=share.reference,
        council_name=share.council.name,
        space_name=share.council.tenant.name,
        state=share.state,
        state_words=share.get_state_display(),
        amount_cents=share.amount_cents,
        release_at=share.release_at,
        transfer=next((one.stripe_id for one in share.transfers.all() if one.stripe_id), ""),
        why=outlook.of_share(
            share.state,
            release_at=share.release_at,
            refusal=reasons.in_words(
                next((one.refusal for one in share.transfers.all() if one.refusal), ""),
                reasons.TRANSFERS,
            ),
        ),
    )


def _refunds(refunds: QuerySet[Refund]) -> list[RefundRow]:
    rows = refunds.select_related("payment__order__merchant", "requested_by")
    return [
        RefundRow(
            id=refund.pk,
            reference=refund.reference,
            order_reference=refund.payment.order.reference,
            merchant_name=refund.payment.order.merchant.name,
            state=refund.state,
            state_words=refund.get_state_display(),
            amount_cents=refund.amount_cents,
            reason=refund.reason,
            origin_words=refund.get_origin_display(),
            requested_at=refund.requested_at,
            requested_by_id=refund.requested_by_id,
            requested_by=refund.requested_by.display_name if refund.requested_by else "",
            problem=reasons.in_words(refund.problem, reasons.REFUNDS),
        )
        for refund in rows
    ]


def _postings(order: Order) -> list[PostingRow]:
    duplicates = Payment.objects.filter(order=order, is_duplicate=True)
    charges = [payment.charge for payment in duplicates]
    about = LedgerEntry.objects.filter(sale__order=order) | LedgerEntry.objects.filter(
        transaction__source_ref__in=charges
    )
    return [
        PostingRow(
            at=entry.transaction.occurred_at,
            kind=entry.transaction.kind,
            account=entry.account,
            cents=entry.amount_cents,
            council_name=entry.council.name if entry.council else "",
            stripe_id=entry.stripe_id,
        )
        for entry in about.select_related("transaction", "council").order_by("pk")
    ]


def refunds_to_approve() -> list[RefundRow]:
    """Return refunds that wait for a second person."""
    return _refunds(Refund.objects.filter(state="requested"))


def transfer_states() -> dict[str, str]:
    """Name the states of transfers."""
    return {state.value: str(state.label) for state in Transfer.State}


def transfers_page(*, state: str, number: str) -> tuple[list[TransferRow], Page[Transfer]]:
    """Return a page of the transfers in a state, or of all, newest first."""
    found = Transfer.objects.select_related("share__council__tenant", "share__sale__order")
    if state in Transfer.State.values:
        found = found.filter(state=state)
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [_transfer_row(transfer) for transfer in shown.object_list], shown


def _transfer_row(transfer: Transfer) -> TransferRow:
    return TransferRow(
        reference=transfer.share.reference,
        council_name=transfer.share.council.name,
        space_name=transfer.share.council.tenant.name,
        order_reference=transfer.share.sale.order.reference,
        state=transfer.state,
        state_words=transfer.get_state_display(),
        amount_cents=transfer.amount_cents,
        stripe_id=transfer.stripe_id,
        refusal=reasons.in_words(transfer.refusal, reasons.TRANSFERS),
        created_at=transfer.created_at,
        done_at=transfer.done_at,
    )


def waiting_shares(number: str) -> tuple[list[ShareRow], Page[Share]]:
    """Return a page of the shares that are due and cannot leave, the oldest first."""
    overdue = Q(state="held", release_at__lte=Now() - dt.timedelta(days=1))
    stopped = Q(state__in=["waiting_account", "frozen", "releasable"])
    waiting = Share.objects.filter(stopped | overdue)
    shown = Paginator(_with_council(waiting.order_by("pk")), ON_A_PAGE).get_page(number)
    return [_share_row(share) for share in shown.object_list], shown


def council_books(council: Council) -> CouncilBooks:
    """Return what the books say of a council."""
    entries = LedgerEntry.objects.filter(council=council).order_by()
    sums = dict(entries.values_list("account").annotate(cents=Sum("amount_cents")))
    return CouncilBooks(
        held_cents=-sums.get(Account.SHARE_HELD, 0),
        due_cents=-sums.get(Account.SHARE_DUE, 0),
        owed_cents=sums.get(Account.SHARE_OWED, 0),
        paid_cents=-sums.get(Account.STRIPE_BALANCE, 0),
    )


def account_cents(account: Account) -> int:
    """Return what the books say of an account."""
    entries = LedgerEntry.objects.filter(account=account)
    return int(entries.aggregate(cents=Sum("amount_cents", default=0))["cents"])
