"""A month that Stripe has collected is a campaign of its own, with its order and its sale."""

import datetime as dt

from django.db import transaction

from billing.ledger.settlement import cases
from billing.models import Order, Payment, Subscription
from billing.orders.queries.calls import end_asked_at
from billing.orders.rules import checkout
from billing.orders.settlement import orders, payments, returns, subscriptions
from billing.stripe.events import NeedsOperator
from billing.stripe.gateway import client, reads
from billing.stripe.gateway.values import Charge, MonthInvoice
from billing.stripe.rules import params
from billing.transitions.transition import STRIPE
from saas.catalogue.placements import actions as placements
from saas.catalogue.placements import queries as campaigns
from saas.catalogue.placements.models import Campaign
from saas.kernel import rows


def sync(invoice_id: str, *, at: dt.datetime) -> bool:
    """Fetch the invoice of a month again; says whether it is one of ours. Raises NeedsOperator."""
    known = Payment.objects.filter(stripe_invoice=invoice_id).values_list("pk", "session_id")
    for payment_id, session_id in known:
        if session_id != invoice_id:
            payments.sync(payment_id, at=at)
            return True
    said = reads.month_invoice(invoice_id)
    subscription = Subscription.objects.filter(stripe_id=said.subscription).first()
    if subscription is None or not said.subscription:
        return False
    if not said.is_first:
        for earlier in _unheard_before(said):
            _apply_or_keep(subscription, reads.month_invoice(earlier), at=at)
        _apply_or_keep(subscription, said, at=at)
    subscriptions.sync(subscription.pk, at=at)
    return True


def _unheard_before(said: MonthInvoice) -> list[str]:
    """Return the months that nobody told us of: each takes its days before the one that follows."""
    invoices = reads.invoices_of(said.subscription)
    before = invoices[1 : invoices.index(said.id)] if said.id in invoices else []
    paid = Payment.objects.filter(stripe_invoice__in=before)
    known = set(paid.values_list("stripe_invoice", flat=True))
    return [invoice for invoice in before if invoice not in known]


def sync_all(subscription_id: int, *, at: dt.datetime) -> None:
    """Fetch each invoice of a subscription that has not become a sale, then how it stands."""
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


def _apply_or_keep(subscription: Subscription, said: MonthInvoice, *, at: dt.datetime) -> None:
    """Book a month; one that does not fit is kept for an operator, until it does."""
    try:
        _apply_snapshot(subscription.pk, said, at=at)
    except NeedsOperator as problem:
        cases.keep_misfit(
            subject=said.id,
            at=at,
            stripe_cents=said.paid_cents if said.currency == params.EURO else None,
            ledger_cents=None,
            details=f"{subscription.reference}: {problem}",
        )
        raise
    cases.explain_misfit(subject=said.id, at=at)


@transaction.atomic
def _apply_snapshot(subscription_id: int, said: MonthInvoice, *, at: dt.datetime) -> None:
    """Book a month that is paid, or note why it is not."""
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
    charge = said.intent.charge if said.intent else None
    if said.status == "paid" and said.paid_cents and charge is not None:
        _book(subscription, said, charge, last=last, at=at)
    elif said.status == "open":
        _note_failure(subscription, said)


def _note_failure(subscription: Subscription, said: MonthInvoice) -> None:
    subscription.failed_invoice = said.id
    code = said.intent.decline_code if said.intent else ""
    subscription.decline_code = rows.cut(Subscription, "decline_code", code)
    subscription.next_try_at = said.next_try_at
    subscription.save(update_fields=["failed_invoice", "decline_code", "next_try_at"])


def _book(
    subscription: Subscription, said: MonthInvoice, charge: Charge, *, last: Order, at: dt.datetime
) -> None:
    known = Payment.objects.select_for_update(no_key=True).filter(session_id=said.id).first()
    if known is not None:
        payments.note_fee(known, charge)
        return
    problem = checkout.misfit(currency=said.currency, livemode=(said.livemode, client.is_live()))
    if problem:
        raise NeedsOperator(problem)
    asked = [subscription.stop_asked_at, end_asked_at(subscription)]
    if any(since and charge.created_at > since for since in asked):
        _give_up(subscription, said, charge, last=last, campaign=None, at=at)
    else:
        _sell(subscription, said, charge, last=last, at=at)


def _sell(
    subscription: Subscription, said: MonthInvoice, charge: Charge, *, last: Order, at: dt.datetime
) -> None:
    collected_at = payments.collected_at(charge, at)
    agreed_id = _agreed_id(subscription, said, last=last)
    campaign = placements.repeat(campaign_id=agreed_id, after_id=last.campaign_id, at=collected_at)
    quote = campaigns.quote_of(campaign.pk, at=collected_at) if campaign is not None else None
    if campaign is None or quote is None or quote.gross_cents > said.paid_cents:
        _give_up(subscription, said, charge, last=last, campaign=campaign, at=at)
        return
    order = orders.place(
        campaign,
        quote,
        by=subscription.begun_by,
        at=collected_at,
        subscription=subscription,
        said_by=STRIPE,
    )
    payment = _payment(order, said, at)
    payments.pay(order, payment, charge, at=at)
    if said.paid_cents > order.gross_cents:
        returns.give_back_excess(payment, said.paid_cents - order.gross_cents, at=at)
    if agreed_id == subscription.campaign_id:
        _go_on(subscription, order, campaign)
    _forget_failure(subscription)


def _agreed_id(subscription: Subscription, said: MonthInvoice, *, last: Order) -> int:
    """Return which campaign a month is to be like.

    Where Stripe has not taken a higher price yet, it is like the last month once more.
    """
    is_as_before = said.paid_cents == last.gross_cents < subscription.gross_cents
    return last.campaign_id if is_as_before else subscription.campaign_id


def _give_up(
    subscription: Subscription,
    said: MonthInvoice,
    charge: Charge,
    *,
    last: Order,
    campaign: Campaign | None,
    at: dt.datetime,
) -> None:
    """Send a month back whole, and collect no other: nothing is left to show, or it costs more now.

    It costs more to a business that owes us French VAT since it moved here. So goes what was taken
    after a stop was asked for. The payment hangs on the month before.
    """
    if campaign is not None:
        placements.withdraw(campaign_id=campaign.pk, at=at)
    payments.pay(last, _payment(last, said, at), charge, at=at)
    if subscription.state != Subscription.State.ENDED:
        subscriptions.end(subscription)


def _payment(order: Order, said: MonthInvoice, at: dt.datetime) -> Payment:
    return Payment.objects.create(
        order=order,
        session_id=said.id,
        stripe_invoice=said.id,
        amount_cents=said.paid_cents,
        payment_intent=said.intent.id if said.intent else "",
        opened_at=at,
        expires_at=at,
    )


def _go_on(subscription: Subscription, order: Order, campaign: Campaign) -> None:
    """Let the next month be like this one."""
    subscription.campaign = campaign
    subscription.net_cents = order.net_cents
    subscription.vat_cents = order.vat_cents
    subscription.gross_cents = order.gross_cents
    subscription.save()


def _forget_failure(subscription: Subscription) -> None:
    subscription.failed_invoice = subscription.decline_code = ""
    subscription.next_try_at = None
    subscription.save(update_fields=["failed_invoice", "decline_code", "next_try_at"])
