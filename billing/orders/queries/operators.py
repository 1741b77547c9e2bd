"""Orders, as operators look through them."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone

from billing.councils.queries import operators
from billing.councils.queries.operators import share_rows
from billing.models import (
    Invoice,
    LedgerEntry,
    Order,
    OrderLine,
    Payment,
    Refund,
    Sale,
    Share,
    StateChange,
    StripeCall,
)
from billing.orders.queries import sales
from billing.orders.queries.calls import call_waited_for
from billing.orders.queries.desk import Amount
from billing.wording import onward, reasons

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
    """A change of an order's state, with its actor, moment and reason."""

    at: dt.datetime
    before: str
    after: str
    by: str
    why: str


class PostingRow(NamedTuple):
    """A ledger entry about an order."""

    at: dt.datetime
    kind: str
    account: str
    cents: int
    council_name: str
    stripe_id: str


class OrderView(NamedTuple):
    """An order with all details for an operator."""

    order: Order
    merchant_name: str
    headline: str
    lines: list[Amount]
    payments: list[PaymentRow]
    shares: list[operators.ShareRow]
    refunds: list[RefundRow]
    papers: list[Invoice]
    refundable_cents: int
    changes: list[ChangeRow]
    postings: list[PostingRow]
    contested_cents: int = 0
    refused_words: str = ""  # why Stripe refused to open a page to pay on

    @property
    def next_words(self) -> str:
        """The next step, as operators read it."""
        return onward.of_order(self.order.state, placed_at=self.order.placed_at)


def order_states() -> dict[str, str]:
    """Name the states of orders."""
    return {state.value: str(state.label) for state in Order.State}


def orders_page(
    *, state: str, words: str, number: str, order_by: Sequence[str] = ()
) -> tuple[list[OrderRow], Page[Order]]:
    """Return a page of the matching orders, newest first; an empty filter matches all."""
    found = Order.objects.select_related("merchant", "campaign").prefetch_related("sales")
    if state in Order.State.values:
        found = found.filter(state=state)
    if words:
        found = found.filter(
            Q(reference__iexact=words)
            | Q(merchant__name__icontains=words)
            | Q(merchant__reference__iexact=words)
        )
    if order_by:
        found = found.order_by(*order_by, "-pk")
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


def order_that_shows(campaign_id: int) -> Order | None:
    """Return the paid order behind an ad; of a monthly campaign the last month's order."""
    paid = Order.objects.select_related("campaign", "merchant").filter(sales__isnull=False)
    order = paid.filter(campaign=campaign_id).first()
    if order is None or order.subscription_id is None:
        return order
    return paid.filter(subscription=order.subscription_id).latest("pk")


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
        shares=share_rows(Share.objects.filter(sale__order=order)),
        refunds=refund_rows(Refund.objects.filter(payment__order=order)),
        papers=list(Invoice.objects.filter(order=order).order_by("pk")),
        refundable_cents=sales.refundable_cents(sale) if sale else 0,
        changes=[
            ChangeRow(row.at, row.before, row.after, row.by, row.why)
            for row in StateChange.objects.filter(machine="order", subject_id=order.pk)
        ],
        postings=_postings(order),
        contested_cents=sales.contested_cents(sale) if sale else 0,
        refused_words=_refusal_of(order),
    )


def _refusal_of(order: Order) -> str:
    """Return why Stripe refused to open the order's last page to pay on, or nothing."""
    call = call_waited_for(order, at=timezone.now()) if order.state == Order.State.PRICED else None
    return call.why_words if call and call.state == StripeCall.State.FAILED else ""


def _payment_row(payment: Payment) -> PaymentRow:
    return PaymentRow(
        session_id=payment.session_id,
        state=payment.state,
        state_words=payment.get_state_display(),
        is_duplicate=payment.is_duplicate,
        opened_at=payment.opened_at,
        charge=payment.charge,
        fee_cents=payment.fee_cents,
        problem=reasons.of_mismatch(payment.problem),
        next_words=onward.of_payment(
            payment.state,
            expires_at=payment.expires_at,
            problem=payment.problem,
            is_duplicate=payment.is_duplicate,
        ),
    )


def refund_rows(refunds: QuerySet[Refund]) -> list[RefundRow]:
    """Return refunds as operators read them."""
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
