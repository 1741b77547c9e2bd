"""A month that Stripe has collected is a campaign of its own, with its order and its sale."""

import datetime as dt

from django.db import transaction

from billing.ledger.settlement import cases
from billing.models import Order, Payment, Subscription
from billing.orders.queries.calls import end_requested_at
from billing.orders.rules import checkout
from billing.orders.settlement import orders, payments, returns, sales, subscriptions
from billing.stripe.events import NeedsOperator
from billing.stripe.gateway import client, reads
from billing.stripe.gateway.values import Charge, MonthInvoice
from billing.stripe.rules import params
from billing.transitions.transition import STRIPE
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import prices as campaigns
from saas.kernel.database import rows


def sync(invoice_id: str, *, at: dt.datetime) -> bool:
    """Fetch the invoice of a month; return True if it is ours. Raises NeedsOperator."""
    known = Payment.objects.filter(stripe_invoice=invoice_id).values_list("pk", "session_id")
    for payment_id, session_id in known:
        if session_id != invoice_id:
            payments.sync(payment_id, at=at)
            return True
    stripe_invoice = reads.month_invoice(invoice_id)
    subscription = Subscription.objects.filter(stripe_id=stripe_invoice.subscription).first()
    if subscription is None or not stripe_invoice.subscription:
        return False
    if not stripe_invoice.is_first:
        for earlier in _unheard_before(stripe_invoice):
            _apply_or_open_case(subscription, reads.month_invoice(earlier), at=at)
        _apply_or_open_case(subscription, stripe_invoice, at=at)
    subscriptions.sync(subscription.pk, at=at)
    return True


def _unheard_before(stripe_invoice: MonthInvoice) -> list[str]:
    """Return earlier months without a received event: their days come before the later month's."""
    invoices = reads.invoices_of(stripe_invoice.subscription)
    before = (
        invoices[1 : invoices.index(stripe_invoice.id)] if stripe_invoice.id in invoices else []
    )
    paid = Payment.objects.filter(stripe_invoice__in=before)
    known = set(paid.values_list("stripe_invoice", flat=True))
    return [invoice for invoice in before if invoice not in known]


def sync_all(subscription_id: int, *, at: dt.datetime) -> None:
    """Fetch each invoice of a subscription without a sale yet, then the subscription."""
    subscription = Subscription.objects.get(pk=subscription_id)
    if not subscription.stripe_id:
        return
    payments_ = Payment.objects.filter(
        order__subscription=subscription, state=Payment.State.SUCCEEDED
    )
    done = set(payments_.values_list("stripe_invoice", flat=True))
    for invoice_id in reads.invoices_of(subscription.stripe_id):
        if invoice_id not in done:
            sync(invoice_id, at=at)
    subscriptions.sync(subscription_id, at=at)


def _apply_or_open_case(
    subscription: Subscription, stripe_invoice: MonthInvoice, *, at: dt.datetime
) -> None:
    """Book a month; open a case for a mismatch, until it fits."""
    try:
        _apply_snapshot(subscription.pk, stripe_invoice, at=at)
    except NeedsOperator as problem:
        cases.record_mismatch(
            subject=stripe_invoice.id,
            at=at,
            stripe_cents=stripe_invoice.paid_cents
            if stripe_invoice.currency == params.EURO
            else None,
            ledger_cents=None,
            details=f"{subscription.reference}: {problem}",
        )
        raise
    cases.explain_mismatch(subject=stripe_invoice.id, at=at)


@transaction.atomic
def _apply_snapshot(subscription_id: int, stripe_invoice: MonthInvoice, *, at: dt.datetime) -> None:
    """Book a paid month, or record why it is unpaid."""
    last = (
        Order.objects.select_for_update(of=("self",))
        .select_related("campaign", "merchant", "placed_by", "subscription")
        .filter(subscription=subscription_id)
        .latest("pk")
    )
    subscription = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("begun_by", "merchant")
        .get(pk=subscription_id)
    )
    charge = stripe_invoice.intent.charge if stripe_invoice.intent else None
    if stripe_invoice.status == "paid" and stripe_invoice.paid_cents and charge is not None:
        _book(subscription, stripe_invoice, charge, last=last, at=at)
    elif stripe_invoice.status == "open":
        _note_failure(subscription, stripe_invoice)


def _note_failure(subscription: Subscription, stripe_invoice: MonthInvoice) -> None:
    subscription.failed_invoice = stripe_invoice.id
    code = stripe_invoice.intent.decline_code if stripe_invoice.intent else ""
    subscription.decline_code = rows.cut(Subscription, "decline_code", code)
    subscription.next_try_at = stripe_invoice.next_try_at
    subscription.save(update_fields=["failed_invoice", "decline_code", "next_try_at"])


def _book(
    subscription: Subscription,
    stripe_invoice: MonthInvoice,
    charge: Charge,
    *,
    last: Order,
    at: dt.datetime,
) -> None:
    known = (
        Payment.objects.select_for_update(no_key=True).filter(session_id=stripe_invoice.id).first()
    )
    if known is not None:
        payments.note_fee(known, charge)
        return
    problem = checkout.mismatch(
        currency=stripe_invoice.currency, livemode=(stripe_invoice.livemode, client.is_live())
    )
    if problem:
        raise NeedsOperator(problem)
    stops = [subscription.stop_asked_at, end_requested_at(subscription)]
    if any(since and charge.created_at > since for since in stops):
        _give_up(subscription, stripe_invoice, charge, last=last, campaign=None, at=at)
    else:
        _sell(subscription, stripe_invoice, charge, last=last, at=at)


def _sell(
    subscription: Subscription,
    stripe_invoice: MonthInvoice,
    charge: Charge,
    *,
    last: Order,
    at: dt.datetime,
) -> None:
    runs_from = sales.runs_from(charge, at)
    agreed_id = _agreed_id(subscription, stripe_invoice, last=last)
    campaign = placements.repeat(campaign_id=agreed_id, after_id=last.campaign_id, at=runs_from)
    quote = campaigns.quote_of(campaign.pk, at=runs_from) if campaign is not None else None
    if campaign is None or quote is None or quote.gross_cents > stripe_invoice.paid_cents:
        _give_up(subscription, stripe_invoice, charge, last=last, campaign=campaign, at=at)
        return
    order = orders.place(
        campaign,
        quote,
        by=subscription.begun_by,
        at=runs_from,
        subscription=subscription,
        by_reference=STRIPE,
    )
    payment = _payment(order, stripe_invoice, at)
    payments.pay(order, payment, charge, at=at)
    if stripe_invoice.paid_cents > order.gross_cents:
        returns.give_back_excess(payment, stripe_invoice.paid_cents - order.gross_cents, at=at)
    if agreed_id == subscription.campaign_id:
        _go_on(subscription, order, campaign)
    _forget_failure(subscription)


def _agreed_id(subscription: Subscription, stripe_invoice: MonthInvoice, *, last: Order) -> int:
    """Return the campaign to copy for a month.

    If Stripe has not applied a higher price yet, it is the last month's campaign again.
    """
    is_as_before = stripe_invoice.paid_cents == last.gross_cents < subscription.gross_cents
    return last.campaign_id if is_as_before else subscription.campaign_id


def _give_up(
    subscription: Subscription,
    stripe_invoice: MonthInvoice,
    charge: Charge,
    *,
    last: Order,
    campaign: Campaign | None,
    at: dt.datetime,
) -> None:
    """Refund a month in full and end the subscription: nothing is left to show, or the price rose.

    The price rises for a business that owes us French VAT since it moved to France. A month
    collected after a requested stop is refunded, too. The payment is attached to the previous
    month.
    """
    if campaign is not None:
        placements.withdraw(campaign_id=campaign.pk, at=at)
    payments.pay(last, _payment(last, stripe_invoice, at), charge, at=at)
    if subscription.state != Subscription.State.ENDED:
        subscriptions.end(subscription)


def _payment(order: Order, stripe_invoice: MonthInvoice, at: dt.datetime) -> Payment:
    return Payment.objects.create(
        order=order,
        session_id=stripe_invoice.id,
        stripe_invoice=stripe_invoice.id,
        amount_cents=stripe_invoice.paid_cents,
        payment_intent=stripe_invoice.intent.id if stripe_invoice.intent else "",
        opened_at=at,
        expires_at=at,
    )


def _go_on(subscription: Subscription, order: Order, campaign: Campaign) -> None:
    """Set this month as the model of the next."""
    subscription.campaign = campaign
    subscription.net_cents = order.net_cents
    subscription.vat_cents = order.vat_cents
    subscription.gross_cents = order.gross_cents
    subscription.save()


def _forget_failure(subscription: Subscription) -> None:
    subscription.failed_invoice = subscription.decline_code = ""
    subscription.next_try_at = None
    subscription.save(update_fields=["failed_invoice", "decline_code", "next_try_at"])
