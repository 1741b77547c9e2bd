"""Orders at a merchant's desk; nothing of another merchant."""

import datetime as dt
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from billing.models import (
    Dispute,
    Invoice,
    Order,
    OrderLine,
    Payment,
    Refund,
    StateChange,
    StripeCall,
)
from billing.models.states import CALLS_UNDER_WAY
from billing.orders import wording
from billing.orders.queries.calls import call_waited_for
from billing.orders.queries.needs import CONTESTED
from billing.orders.rules import promotions
from billing.orders.rules.checkout import SESSION_REUSED_FOR
from billing.papers.queries import invoices
from billing.stripe.queries.calls import CallPage
from billing.stripe.queries.due import open_call_of
from billing.stripe.rules.waiting import Standing
from billing.wording import after_payment, debits, reasons
from billing.wording.after_payment import Note
from billing.wording.situations import MOVING, Situation, situation_of
from saas.accounts.models import User
from saas.catalogue.merchants.queries import shops as merchants
from saas.catalogue.merchants.queries.shops import VatView
from saas.catalogue.merchants.queries.team import current_of, run_by
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import campaigns, prices
from saas.catalogue.placements.rules.prices import Period, Quote

ON_A_PAGE = 50


class CheckoutPage(NamedTuple):
    """A purchase before it is paid; `order` is there once it was ordered, at a price that holds."""

    campaign: Campaign
    quote: Quote
    order: Order | None
    is_being_paid: bool
    obstacle: str
    vat: VatView


class Amount(NamedTuple):
    """A line of an order or an invoice."""

    description: str
    net_cents: int


class OrderPage(NamedTuple):
    """An order and the state of its payment."""

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
    quote: Quote
    debit_words: str
    why_words: str
    payer_mends: bool
    was_moved: bool
    left_out: list[str]
    shut: list[str]
    code: str
    notes: list[Note]
    is_contested: bool
    period: Period | None
    vat: VatView

    @property
    def lapses_at(self) -> dt.datetime:
        """The moment of its cancellation if it stays unpaid."""
        return self.order.placed_at + Order.LASTS


class DeskOrderRow(NamedTuple):
    """An order in the list, with the days of its campaign."""

    order: Order
    headline: str
    situation: Situation
    period: Period | None
    is_contested: bool
    debit_words: str


def own_orders(user: User, *, number: str) -> tuple[list[DeskOrderRow], Page[Order]]:
    """Return a page of the orders of the person's own shop, newest first, with their states."""
    found = (
        Order.objects.filter(merchant__in=current_of(user))
        .select_related("campaign", "subscription")
        .prefetch_related(
            "campaign__flights",
            Prefetch("payments", Payment.objects.order_by("is_duplicate", "-pk")),
            Prefetch("payments__disputes", Dispute.objects.filter(state__in=CONTESTED)),
        )
    )
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [_row_of(order) for order in shown.object_list], shown


def _row_of(order: Order) -> DeskOrderRow:
    payment = next(iter(order.payments.all()), None)
    situation = situation_of(
        order_state=order.state,
        payment_state=payment.state if payment else "",
        has_problem=bool(payment and payment.problem),
        declined=bool(payment and payment.declined_at),
        call_state="",
        came_back="",
        withdrawn=order.campaign.withdrawn_at is not None,
    )
    return DeskOrderRow(
        order,
        order.campaign.headline,
        situation,
        campaigns.period_of(order.campaign),
        is_contested=any(one.disputes.all() for one in order.payments.all()),
        debit_words=debits.in_words(payment.debited_on if payment else None),
    )


def campaign_to_pay(user: User, reference: str) -> Campaign | None:
    """Return a campaign of the person's own shop."""
    return (
        Campaign.objects.select_related("merchant")
        .filter(reference=reference, merchant__in=run_by(user))
        .first()
    )


def checkout_page(campaign: Campaign, *, at: dt.datetime) -> CheckoutPage:
    """Return the price of a campaign, line by line, and an obstacle to its payment, if any."""
    order = order_of_campaign(campaign)
    whole = prices.for_billing(campaign.pk)
    busy = order is not None and is_being_paid(order)
    quote = _price_to_pay(whole, order, busy=busy, at=at)
    obstacle = "" if busy else campaigns.obstacle_to_paying(whole, at)
    vat = merchants.vat_of(campaign.merchant, at=at)
    return CheckoutPage(campaign, quote, order, busy, obstacle, vat)


def _price_to_pay(campaign: Campaign, order: Order | None, *, busy: bool, at: dt.datetime) -> Quote:
    """Return the price on the page's button.

    An order under another VAT rate than today's is placed again when it is paid, with its code.
    """
    today = prices.quote_of_campaign(campaign, at=at)
    if order is None:
        return today
    if busy or order.vat_rate_bp == today.vat_bp:
        return quote_of_order(order)
    if order.promotion is None:
        return today
    return today.less(promotions.discount_cents(order.promotion, list_cents=today.list_cents))


def order_of_campaign(campaign: Campaign) -> Order | None:
    """Return the order that a campaign already has."""
    orders = Order.objects.filter(campaign=campaign).exclude(state=Order.State.CANCELLED)
    return orders.select_related("promotion", "subscription").first()


def is_being_paid(order: Order) -> bool:
    """Return True if a payment of an order is open, or about to be opened."""
    return open_payment(order) is not None or _checkout_calls(order).exists()


def _checkout_calls(order: Order) -> QuerySet[StripeCall]:
    calls = StripeCall.objects.filter(kind="checkout", subject_id=order.pk)
    return calls.filter(state__in=CALLS_UNDER_WAY)


def quote_of_order(order: Order) -> Quote:
    """Return an order line by line, at the figures that were agreed."""
    quote = prices.quote_of(order.campaign_id, at=order.placed_at)
    lines_by_flight = {line.flight_id: line for line in OrderLine.objects.filter(order=order)}
    lines = tuple(
        line._replace(
            list_cents=_listed(lines_by_flight[line.flight_id]),
            discount_cents=_listed(lines_by_flight[line.flight_id])
            - lines_by_flight[line.flight_id].net_cents,
            vat_bp=order.vat_rate_bp,
        )
        for line in quote.lines
        if line.flight_id in lines_by_flight
    )
    return quote._replace(
        lines=lines, price_list_version=order.tariff_version, vat_bp=order.vat_rate_bp
    )


def _listed(line: OrderLine) -> int:
    return line.net_cents if line.list_cents is None else line.list_cents


def order_of_merchant(user: User, reference: str) -> Order | None:
    """Return an order of the person's own shop."""
    return (
        Order.objects.select_related("campaign", "merchant", "promotion", "subscription")
        .filter(reference=reference, merchant__in=run_by(user))
        .first()
    )


def payment_of_merchant(user: User, session_id: str) -> Payment | None:
    """Return a payment of the person's own shop by its session id, which comes from the address."""
    return (
        Payment.objects.select_related("order")
        .filter(session_id=session_id, order__merchant__in=run_by(user))
        .first()
    )


def open_payment(order: Order) -> Payment | None:
    """Return the session on which an order can be paid now."""
    return Payment.objects.filter(order=order, state=Payment.State.OPENED).first()


def is_reusable(payment: Payment, *, at: dt.datetime) -> bool:
    """Return True if an open session leaves enough time to pay."""
    return payment.expires_at - at > SESSION_REUSED_FOR


def order_page(order: Order, *, came_back: str, at: dt.datetime | None = None) -> OrderPage:
    """Return an order with the state of its payment, now or at a moment.

    Other processes write meanwhile: the payment is written last, so it is read last. Otherwise the
    page might miss a payment just made.
    """
    now = at or timezone.now()
    call = call_waited_for(order, at=now)
    payment = Payment.objects.filter(order=order).order_by("is_duplicate", "-pk").first()
    situation = _situation(order, payment, call, came_back=came_back)
    is_open = payment is not None and payment.state == Payment.State.OPENED
    whole = prices.for_billing(order.campaign_id)
    return OrderPage(
        order=order,
        campaign=order.campaign,
        lines=_amounts_of(order),
        situation=situation,
        asks_again=situation in MOVING,
        url=payment.url if payment and is_open else "",
        expires_at=payment.expires_at if payment and is_open else None,
        method=payment.method if payment else "",
        paid_at=order.paid_at,
        papers=list(Invoice.objects.filter(order=order).order_by("pk")),
        came_back=came_back,
        quote=quote_of_order(order),
        debit_words=debits.in_words(payment.debited_on if payment else None),
        why_words=_why(payment, call),
        payer_mends=call is not None and call.is_of_the_payer,
        was_moved=invoices.was_moved(order),
        left_out=campaigns.dropped_spaces(whole),
        shut=campaigns.shut_spaces(whole, timezone.localdate(now)),
        code=order.promotion.code if order.promotion else "",
        notes=_notes_of(order),
        is_contested=_is_contested(order),
        period=campaigns.period_of(order.campaign),
        vat=merchants.vat_of(whole.merchant, at=order.placed_at),
    )


def _amounts_of(order: Order) -> list[Amount]:
    lines = OrderLine.objects.filter(order=order)
    return [Amount(line.description, line.net_cents) for line in lines]


def withdrawn_words(campaign: Campaign) -> str:
    """Return the sentence for a merchant about the money of a withdrawn campaign."""
    order = Order.objects.filter(campaign=campaign).order_by("pk").last()
    return wording.withdrawn(order.state if order else Order.State.CANCELLED)


def _is_contested(order: Order) -> bool:
    return Dispute.objects.filter(payment__order=order, state__in=CONTESTED).exists()


def _notes_of(order: Order) -> list[Note]:
    """Return the notes on disputes and refunds, the newest last."""
    refunds = Refund.objects.filter(payment__order=order).order_by("pk")
    disputes = Dispute.objects.filter(payment__order=order).order_by("pk")
    return [_note_of_dispute(one) for one in disputes] + [_note_of_refund(one) for one in refunds]


def _note_of_dispute(one: Dispute) -> Note:
    return after_payment.of_dispute(
        one.state, cents=one.amount_cents, opened_at=one.opened_at, settled_as=one.settled_as
    )


def _note_of_refund(one: Refund) -> Note:
    day, how = one.paid_otherwise_at, one.paid_otherwise_how
    return after_payment.of_refund(
        one.state,
        cents=one.amount_cents,
        asked_at=one.requested_at,
        accepted_at=one.accepted_at,
        paid_otherwise=(day, how) if day else None,
        origin=one.origin,
        problem=one.problem,
    )


def _why(payment: Payment | None, call: CallPage | None) -> str:
    """Return why Stripe refused a checkout page, or the bank a payment."""
    refused = call.why_words if call else ""
    return refused or reasons.in_words(payment.decline_code if payment else "", reasons.PAYMENTS)


def _situation(
    order: Order, payment: Payment | None, call: CallPage | None, *, came_back: str
) -> Situation:
    return situation_of(
        order_state=order.state,
        payment_state=_state_of(payment) if payment else "",
        has_problem=bool(payment and payment.problem),
        declined=bool(payment and payment.declined_at),
        call_state=call.state if call else "",
        came_back=came_back,
        withdrawn=order.campaign.withdrawn_at is not None,
        is_slow=call is not None and call.standing == Standing.SLOW,
        halted=call is not None and call.standing == Standing.HALTED,
    )


def _state_of(payment: Payment) -> str:
    """Return the state of a session: open, closed by its merchant, expired, or other."""
    if payment.state == Payment.State.OPENED:
        closing = open_call_of("expire", payment.pk) is not None
        return "closing" if closing else payment.state
    if payment.state != Payment.State.EXPIRED:
        return payment.state
    changes = StateChange.objects.filter(machine="payment", trigger="cancel_asked")
    return "closed" if changes.filter(subject_id=payment.pk).exists() else payment.state
