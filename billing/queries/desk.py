"""What a merchant's desk shows of orders and invoices; nothing of another merchant."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Q

from billing.models import (
    Invoice,
    InvoiceLine,
    Order,
    OrderLine,
    Payment,
    StateChange,
    StripeIntent,
)
from billing.rules.checks import SESSION_REUSED_FOR
from billing.rules.situations import MOVING, Situation, situation_of
from saas.accounts.models import User
from saas.catalogue.placements import queries as placements
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.rules import Quote

MOST_INVOICES = 200
_CALLS_OF_A_CHECKOUT = ("customer", "checkout")


class CheckoutPage(NamedTuple):
    """What is about to be paid."""

    campaign: Campaign
    quote: Quote


class Amount(NamedTuple):
    """One line of an order or an invoice."""

    description: str
    net_cents: int


class OrderPage(NamedTuple):
    """An order, and where its payment stands."""

    order: Order
    campaign: Campaign
    lines: list[Amount]
    situation: Situation
    asks_again: bool
    url: str
    expires_at: dt.datetime | None
    method: str
    paid_at: dt.datetime | None
    papers: list[Invoice]
    came_back: str


class InvoiceRow(NamedTuple):
    """An invoice or a credit note in the list."""

    number: str
    is_credit_note: bool
    words: str
    issued_at: dt.datetime
    headline: str
    gross_cents: int
    url: str


class InvoicePage(NamedTuple):
    """An invoice or a credit note with all that the law asks of it."""

    invoice: Invoice
    is_credit_note: bool
    corrected: Invoice | None
    seller: dict[str, Any]
    buyer: dict[str, Any]
    lines: list[Amount]
    order_reference: str
    method: str
    credit_notes: list[Invoice]


def campaign_to_pay(user: User, reference: str) -> Campaign | None:
    """Return a campaign of the person's own shop."""
    return (
        Campaign.objects.select_related("merchant")
        .filter(reference=reference, merchant__owner=user)
        .first()
    )


def checkout_page(campaign: Campaign) -> CheckoutPage:
    """Return what a campaign costs, line by line."""
    return CheckoutPage(campaign, placements.quote_of(campaign.pk))


def order_of_campaign(campaign: Campaign) -> Order | None:
    """Return the order that a campaign already has."""
    return Order.objects.filter(campaign=campaign).exclude(state="cancelled").first()


def order_of_merchant(user: User, reference: str) -> Order | None:
    """Return an order of the person's own shop."""
    return (
        Order.objects.select_related("campaign", "merchant")
        .filter(reference=reference, merchant__owner=user)
        .first()
    )


def payment_of_merchant(user: User, session_id: str) -> Payment | None:
    """Return a payment of the person's own shop by its session, whatever the address says."""
    return (
        Payment.objects.select_related("order")
        .filter(session_id=session_id, order__merchant__owner=user)
        .first()
    )


def open_payment(order: Order) -> Payment | None:
    """Return the session on which an order can be paid now."""
    return Payment.objects.filter(order=order, state="opened").first()


def is_reusable(payment: Payment, *, at: dt.datetime) -> bool:
    """Say whether enough time is left to pay on an open session."""
    return payment.expires_at - at > SESSION_REUSED_FOR


def order_page(order: Order, *, came_back: str) -> OrderPage:
    """Return an order with where its payment stands."""
    payment = Payment.objects.filter(order=order).order_by("is_duplicate", "-pk").first()
    call = (
        StripeIntent.objects.filter(
            Q(kind="checkout", subject_id=order.pk)
            | Q(kind="customer", subject_id=order.merchant_id)
        )
        .order_by("pk")
        .last()
    )
    situation = situation_of(
        order_state=order.state,
        payment_state=_state_of(payment) if payment else "",
        has_problem=bool(payment and payment.problem),
        declined=bool(payment and payment.declined_at),
        call_state=call.state if call else "",
        came_back=came_back,
    )
    is_open = payment is not None and payment.state == Payment.State.OPENED
    return OrderPage(
        order=order,
        campaign=order.campaign,
        lines=[
            Amount(line.description, line.net_cents)
            for line in OrderLine.objects.filter(order=order)
        ],
        situation=situation,
        asks_again=situation in MOVING,
        url=payment.url if payment and is_open else "",
        expires_at=payment.expires_at if payment and is_open else None,
        method=payment.method if payment else "",
        paid_at=order.paid_at,
        papers=list(Invoice.objects.filter(order=order).order_by("pk")),
        came_back=came_back,
    )


def _state_of(payment: Payment) -> str:
    """Tell a session that its merchant closed from one whose time was over."""
    if payment.state != Payment.State.EXPIRED:
        return payment.state
    asked = StateChange.objects.filter(machine="payment", trigger="cancel_asked")
    return "closed" if asked.filter(subject_id=payment.pk).exists() else payment.state


def invoices_of(user: User) -> list[InvoiceRow]:
    """Return the papers of the person's own shop, newest first."""
    papers = Invoice.objects.filter(order__merchant__owner=user).select_related("order__campaign")
    return [
        InvoiceRow(
            number=paper.number,
            is_credit_note=paper.kind == Invoice.Kind.CREDIT_NOTE,
            words=paper.get_kind_display(),
            issued_at=paper.issued_at,
            headline=paper.order.campaign.headline,
            gross_cents=paper.gross_cents,
            url=paper.get_absolute_url(),
        )
        for paper in papers[:MOST_INVOICES]
    ]


def invoice_page(user: User, number: str) -> InvoicePage | None:
    """Return a paper of the person's own shop."""
    paper = (
        Invoice.objects.select_related("order", "corrects", "sale__payment")
        .filter(number=number, order__merchant__owner=user)
        .first()
    )
    if paper is None:
        return None
    return InvoicePage(
        invoice=paper,
        is_credit_note=paper.kind == Invoice.Kind.CREDIT_NOTE,
        corrected=paper.corrects,
        seller=paper.seller,
        buyer=paper.buyer,
        lines=[
            Amount(line.description, line.net_cents)
            for line in InvoiceLine.objects.filter(invoice=paper)
        ],
        order_reference=paper.order.reference,
        method=paper.sale.payment.method,
        credit_notes=list(Invoice.objects.filter(corrects=paper).order_by("pk")),
    )
