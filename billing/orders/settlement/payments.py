"""From a Checkout session, fetched again, to a paid order and its sale."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from billing.councils.queries.terms import lines_with_spaces
from billing.ledger import posting
from billing.ledger.queries.accounting import day_of
from billing.ledger.rules import postings
from billing.ledger.settlement import cases
from billing.models import Order, OrderLine, Payment, StripeCall, Subscription, VatTreatment
from billing.orders.rules import checkout
from billing.orders.settlement import returns, sales, sessions, subscriptions
from billing.stripe import events
from billing.stripe.calls.prepare import prepare
from billing.stripe.gateway import client, reads
from billing.stripe.gateway.values import Charge, Session
from billing.stripe.rules import params
from billing.stripe.rules.answers import Problem
from billing.transitions import machines
from billing.transitions.transition import STRIPE, Transition, save, transition
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.shops import contradicts_reverse_charge
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.rules.campaigns import is_open
from saas.kernel.database import rows

_ABOUT = """
    billing_payment
    JOIN placements_campaign ON placements_campaign.id = %s
    JOIN merchants_merchant ON merchants_merchant.id = %s
    WHERE billing_payment.id = %s FOR NO KEY UPDATE OF billing_payment
"""
_FAILED = {"requires_payment_method", "canceled"}
_SNAPSHOT_FIELDS = ("problem", "payment_intent", "stripe_invoice")
_COLLECTED_FIELDS = ("charge", "method", "succeeded_at", "is_duplicate")
_FEE_FIELDS = ("balance_transaction", "fee_cents")


def on_open_success(call: StripeCall, session: Session, at: dt.datetime) -> None:
    """Keep the Checkout page that was opened for an order."""
    order = Order.objects.select_for_update().get(pk=call.subject_id)
    payment, new = Payment.objects.get_or_create(
        session_id=session.id,
        defaults={
            "order": order,
            "url": session.url,
            "amount_cents": session.amount_cents,
            "opened_at": session.created_at,
            "expires_at": session.expires_at,
        },
    )
    if not new:
        return
    transition("order", order, "opened", by=STRIPE, at=at)
    sessions.give_up(order)
    if Campaign.objects.filter(pk=order.campaign_id, withdrawn_at__isnull=False).exists():
        # It was withdrawn while Stripe opened its page: the page must not be paid.
        prepare(StripeCall.Kind.EXPIRE, payment.pk, {}, target=payment.session_id)


def on_expire_success(call: StripeCall, session: Session, at: dt.datetime) -> None:
    """Note that a Checkout page was closed at our wish."""
    if session.status == "expired":
        apply_snapshot(call.subject_id, session, at=at)
    sessions.go_on_after_expiry(call.subject_id, at=at)


def sync_after_expiry(call: StripeCall, _problem: Problem, at: dt.datetime) -> None:
    """Look why a Checkout page could not be closed: perhaps it was paid."""
    sync(call.subject_id, at=at)
    with transaction.atomic():
        sessions.go_on_after_expiry(call.subject_id, at=at)


def sync(payment_id: int, *, at: dt.datetime) -> None:
    """Fetch a Checkout session and update our rows. Raises NeedsOperator."""
    follow(rows.one(Payment, "id = %s", [payment_id]), at=at)


def follow(payment: Payment, *, at: dt.datetime) -> None:
    """Do so for a payment that was read already. Raises NeedsOperator."""
    if payment.session_id == payment.stripe_invoice:
        _refetch_fee(payment)
        return
    is_booked = payment.state == Payment.State.SUCCEEDED
    stripe_session = reads.session(payment.session_id, is_booked=is_booked)
    if not _is_known(payment, stripe_session):
        problem = apply_snapshot(payment.pk, stripe_session, at=at)
        if problem:
            raise events.NeedsOperator(problem)
    if stripe_session.subscription:
        order = rows.one(Order, "id = %s", [payment.order_id])
        if order.subscription_id is not None:
            subscriptions.sync(order.subscription_id, at=at)


def _is_known(payment: Payment, stripe_session: Session) -> bool:
    """Return True if a session contains nothing new: the payment and its fee are booked.

    Several events arrive for each payment, and a repeated event takes no lock.
    """
    is_booked = payment.state == Payment.State.SUCCEEDED and payment.balance_transaction != ""
    is_same = (
        stripe_session.intent is not None and stripe_session.intent.id == payment.payment_intent
    )
    same_invoice = stripe_session.invoice in {"", payment.stripe_invoice}
    return is_booked and is_same and same_invoice and not payment.problem


def _refetch_fee(payment: Payment) -> None:
    """Look for the fee of a month that was collected without a Checkout page."""
    intent = reads.payment_intent(payment.payment_intent)
    if intent.charge is None:
        return
    with transaction.atomic():
        _order, locked = _held(payment.pk)
        note_fee(locked, intent.charge)


@transaction.atomic
def apply_snapshot(payment_id: int, session: Session, *, at: dt.datetime) -> str:
    """Apply a session to its payment; return the mismatch, if any."""
    order, payment = _held(payment_id)
    had_problem = payment.problem
    payment.problem = checkout.mismatch(
        amount_cents=(session.amount_cents, order.gross_cents),
        currency=session.currency,
        livemode=(session.livemode, client.is_live()),
        order_uuid=(session.client_reference_id, str(order.uuid)),
        is_missing_vat=_is_collected_now(payment, session)
        and order.vat_treatment == VatTreatment.REVERSE_CHARGE
        and contradicts_reverse_charge(order.merchant, at=at),
    )
    if session.intent:
        payment.payment_intent = session.intent.id
    payment.stripe_invoice = session.invoice or payment.stripe_invoice
    if payment.problem or not _is_collected_now(payment, session):
        rows.store(payment, *_SNAPSHOT_FIELDS)  # else they are saved with the sale
    if session.subscription and payment.state != Payment.State.SUCCEEDED:
        subscriptions.begun(order, session.subscription)
    if not payment.problem:
        _follow(order, payment, session, at=at)
    if payment.problem or had_problem:
        _record_case(order, payment, session, at=at)
    return payment.problem


def _held(payment_id: int) -> tuple[Order, Payment]:
    """Lock an order, then its payment; read the related rows once the order is locked.

    The withdrawal of a campaign locks its order first, too.
    """
    paid = "id = (SELECT order_id FROM billing_payment WHERE id = %s)"
    order = rows.one(Order, paid, [payment_id], hold="FOR UPDATE")
    about = (Payment, Merchant, Campaign)
    which = [order.campaign_id, order.merchant_id, payment_id]
    [(payment, merchant, campaign)] = rows.together(about, _ABOUT, which)
    order.merchant, order.campaign = merchant, campaign
    if order.subscription_id is not None:
        order.subscription = rows.one(Subscription, "id = %s", [order.subscription_id])
    return order, payment


def _record_case(order: Order, payment: Payment, session: Session, *, at: dt.datetime) -> None:
    """Open a case for a mismatch, until the payment fits."""
    if not payment.problem:
        cases.explain_mismatch(subject=payment.session_id, at=at)
        return
    is_euro = session.currency == params.EURO
    cases.record_mismatch(
        subject=payment.session_id,
        at=at,
        stripe_cents=session.amount_cents if is_euro else None,
        ledger_cents=order.gross_cents,
        details=f"{order.reference}: {payment.problem}",
    )


def _is_collected_now(payment: Payment, session: Session) -> bool:
    return _collected(session) is not None and payment.state != Payment.State.SUCCEEDED


def _collected(session: Session) -> Charge | None:
    """Return the charge of a paid session."""
    charge = session.intent.charge if session.intent else None
    return charge if session.payment_status == "paid" else None


def _follow(order: Order, payment: Payment, session: Session, *, at: dt.datetime) -> None:
    charge = _collected(session)
    if charge is not None:
        pay(order, payment, charge, at=at)
    elif session.status == "complete":
        _wait_or_fail(order, payment, session, at=at)
    elif session.status == "expired":
        if transition("payment", payment, "expired", by=STRIPE, at=at):
            _close(order, at)
    elif session.intent and session.intent.decline_code:
        payment.decline_code = rows.cut(Payment, "decline_code", session.intent.decline_code)
        payment.declined_at = payment.declined_at or at
        payment.save(update_fields=["decline_code", "declined_at"])


def _close(order: Order, at: dt.datetime) -> None:
    """Let an order be paid again, or go where its campaign was withdrawn meanwhile."""
    transition("order", order, "closed", by=STRIPE, at=at)
    placements.let_go(campaign_id=order.campaign_id, at=at)
    withdrawn = order.campaign.withdrawn_at is not None
    if withdrawn and transition("order", order, "cancelled", by=STRIPE, at=at, why="withdrawn"):
        subscriptions.abandon(order, by=STRIPE, at=at)


def _wait_or_fail(order: Order, payment: Payment, session: Session, *, at: dt.datetime) -> None:
    """Follow a debit that takes days: it runs, or the bank has refused it."""
    status = session.intent.status if session.intent else ""
    charge = session.intent.charge if session.intent else None
    if charge is not None:
        payment.charge, payment.method = charge.id, _method_of(charge)
        payment.save(update_fields=["charge", "method"])
    if status == "processing" and transition("payment", payment, "processing", by=STRIPE, at=at):
        payment.debited_on = day_of(charge.created_at if charge else at)
        payment.save(update_fields=["debited_on"])
        transition("order", order, "processing", by=STRIPE, at=at)
        placements.hold_for_bank(campaign_id=order.campaign_id, at=at)
    elif status in _FAILED and transition("payment", payment, "failed", by=STRIPE, at=at):
        _fail(order, payment, session, at=at)


def _fail(order: Order, payment: Payment, session: Session, *, at: dt.datetime) -> None:
    """Record the bank's reason for a refusal, queue the merchant's mail, and post the fee."""
    intent = session.intent
    code = intent.decline_code if intent else ""
    payment.decline_code = rows.cut(Payment, "decline_code", code)
    payment.mailed_at = None
    payment.save(update_fields=["decline_code", "mailed_at"])
    _close(order, at)
    if intent and intent.charge:
        note_fee(payment, intent.charge)


def _method_of(charge: Charge) -> str:
    return rows.cut(Payment, "method", charge.method)


def pay(order: Order, payment: Payment, charge: Charge, *, at: dt.datetime) -> None:
    """Book a collected payment: as a sale, or as a duplicate to be refunded."""
    if payment.state == Payment.State.SUCCEEDED:
        note_fee(payment, charge)
        return
    payment.charge = charge.id
    payment.method = _method_of(charge)
    payment.succeeded_at = collected_at(charge, at)
    payment.is_duplicate = machines.following("order", order.state, "paid") is None
    _know_fee(payment, charge)
    steps = Transition("payment", payment, by=STRIPE, at=at)
    steps.apply("succeeded", also=(*_SNAPSHOT_FIELDS, *_COLLECTED_FIELDS, *_FEE_FIELDS))
    if payment.is_duplicate:
        save(steps)
        _give_back(order, payment, charge, at=at)
    else:
        _sell(order, payment, charge, steps=steps, at=at)


def collected_at(charge: Charge, at: dt.datetime) -> dt.datetime:
    """Return when money was collected: a debit is made days before its bank has agreed to it."""
    return charge.agreed_at or sales.runs_from(charge, at)


def _sell(
    order: Order, payment: Payment, charge: Charge, *, steps: Transition, at: dt.datetime
) -> None:
    """Create the sale of a payment; a sale that cannot run gives no share, and is refunded."""
    lines = lines_with_spaces(order)
    withdrawn = (
        order.campaign.withdrawn_at is not None
        or _runs_nowhere(order, lines, at=at)
        or _is_sold_out(order, payment, at=at)
    )
    sale = sales.sell(order, payment, charge, lines=lines, steps=steps, at=at, keeps=not withdrawn)
    if withdrawn:
        returns.give_back_withdrawn(sale, at=at)
        if order.subscription is not None:
            subscriptions.end(order.subscription)
    elif payment.stripe_invoice:
        # Stripe makes the charge of a month by itself: it joins the group of its transfers now.
        group = {"transfer_group": sale.transfer_group}
        prepare(StripeCall.Kind.GROUP, payment.pk, group, target=charge.id)


def _runs_nowhere(order: Order, lines: Sequence[OrderLine], *, at: dt.datetime) -> bool:
    """Withdraw a campaign without a published shop or an open space; return True if withdrawn."""
    is_shown = order.merchant.state == Merchant.State.PUBLISHED
    if is_shown and any(is_open(line.flight) for line in lines):
        return False
    placements.withdraw(campaign_id=order.campaign_id, at=at)
    return True


def _is_sold_out(order: Order, payment: Payment, *, at: dt.datetime) -> bool:
    """Return True if the screen places of a late payment were taken by others.

    Only an order with reserved places, or with a previous month that had them, can lose them.
    """
    if order.campaign.held_until is None and order.campaign.follows_id is None:
        return False
    paid_at = payment.succeeded_at or at
    return placements.withdraw_if_sold_out(campaign_id=order.campaign_id, paid_at=paid_at, at=at)


def _give_back(order: Order, payment: Payment, charge: Charge, *, at: dt.datetime) -> None:
    """Book a second payment of an order, and refund all of it."""
    captured = postings.captured(
        cents=charge.captured_cents, merchant_id=order.merchant_id, sale_id=None, charge=charge.id
    )
    key, moment = f"payment:{payment.uuid}:captured", collected_at(charge, at)
    event = posting.Event(key, captured, "captured", moment, charge.id)
    posting.post_all([event, *sales.fee_of(payment, charge, sale_id=None)])
    returns.give_back_duplicate(payment, at=at)
    if order.state == Order.State.CANCELLED and order.subscription is not None:
        subscriptions.end(order.subscription)


def note_fee(payment: Payment, charge: Charge) -> None:
    """Book Stripe's fee once its balance transaction is known, which may be later."""
    known = payment.balance_transaction
    _know_fee(payment, charge)
    if payment.balance_transaction != known:
        payment.save(update_fields=_FEE_FIELDS)
        posting.post_all(sales.fee_of(payment, charge, sale_id=sales.sale_id_of(payment)))


def _know_fee(payment: Payment, charge: Charge) -> None:
    """Set the fee of a payment when it becomes available."""
    if charge.balance_transaction is not None and not payment.balance_transaction:
        payment.balance_transaction, payment.fee_cents = (
            charge.balance_transaction.id,
            charge.balance_transaction.fee_cents,
        )
