"""From a Checkout session, fetched again, to a paid order and its sale."""

import datetime as dt

from django.db import transaction

from billing import ledger
from billing.gateway import client, reads
from billing.gateway.values import Charge, Session
from billing.models import Order, Payment, StripeIntent
from billing.rules import checks, machines, postings
from billing.rules.answers import Problem
from billing.settlement import refunds, sales
from billing.settlement.moves import STRIPE, move

_FAILED = {"requires_payment_method", "canceled"}


class NeedsOperator(Exception):  # noqa: N818 - nothing is broken: a person has to look
    """What Stripe says does not fit what we know; nothing is booked before somebody looked."""


def opened(intent: StripeIntent, session: Session, at: dt.datetime) -> None:
    """Keep the Checkout page that was opened for an order."""
    order = Order.objects.select_for_update().get(pk=intent.subject_id)
    _, new = Payment.objects.get_or_create(
        session_id=session.id,
        defaults={
            "order": order,
            "url": session.url,
            "amount_cents": session.amount_cents,
            "opened_at": session.created_at,
            "expires_at": session.expires_at,
        },
    )
    if new:
        move("order", order, "opened", by=STRIPE, at=at)


def closed(intent: StripeIntent, session: Session, at: dt.datetime) -> None:
    """Note that a Checkout page was closed at our wish."""
    if session.status == "expired":
        tell(intent.subject_id, session, at=at)


def converge_after_expiry(intent: StripeIntent, _problem: Problem, at: dt.datetime) -> None:
    """Look why a Checkout page could not be closed: perhaps it was paid."""
    converge(intent.subject_id, at=at)


def converge(payment_id: int, *, at: dt.datetime) -> None:
    """Fetch a Checkout session again, and bring our rows to what it says. Raises NeedsOperator."""
    session_id = Payment.objects.values_list("session_id", flat=True).get(pk=payment_id)
    problem = tell(payment_id, reads.session(session_id), at=at)
    if problem:
        raise NeedsOperator(problem)


@transaction.atomic
def tell(payment_id: int, session: Session, *, at: dt.datetime) -> str:
    """Bring a payment to what its session says; answers with what does not fit, if anything."""
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("merchant", "campaign", "placed_by")
        .get(payments=payment_id)
    )
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    payment.problem = checks.misfit(
        amount_cents=(session.amount_cents, order.gross_cents),
        currency=session.currency,
        livemode=(session.livemode, client.is_live()),
        order_uuid=(session.client_reference_id, str(order.uuid)),
    )
    if session.intent:
        payment.payment_intent = session.intent.id
    payment.save(update_fields=["problem", "payment_intent"])
    if not payment.problem:
        _follow(order, payment, session, at=at)
    return payment.problem


def _follow(order: Order, payment: Payment, session: Session, *, at: dt.datetime) -> None:
    charge = session.intent.charge if session.intent else None
    if session.payment_status == "paid" and charge is not None:
        _pay(order, payment, charge, at=at)
    elif session.status == "complete":
        _wait_or_fail(order, payment, session, at=at)
    elif session.status == "expired":
        if move("payment", payment, "expired", by=STRIPE, at=at):
            move("order", order, "closed", by=STRIPE, at=at)
    elif session.intent and session.intent.decline_code:
        payment.decline_code = session.intent.decline_code[:60]
        payment.declined_at = payment.declined_at or at
        payment.save(update_fields=["decline_code", "declined_at"])


def _wait_or_fail(order: Order, payment: Payment, session: Session, *, at: dt.datetime) -> None:
    """Follow a debit that takes days: it runs, or the bank has refused it."""
    status = session.intent.status if session.intent else ""
    if status == "processing" and move("payment", payment, "processing", by=STRIPE, at=at):
        move("order", order, "processing", by=STRIPE, at=at)
    elif status in _FAILED and move("payment", payment, "failed", by=STRIPE, at=at):
        move("order", order, "closed", by=STRIPE, at=at)


def _pay(order: Order, payment: Payment, charge: Charge, *, at: dt.datetime) -> None:
    """Book what was collected: a sale, or what was paid twice and goes back."""
    if payment.state != Payment.State.SUCCEEDED:
        payment.charge = charge.id
        payment.method = charge.method[:20]
        payment.succeeded_at = charge.created_at
        payment.is_duplicate = machines.following("order", order.state, "paid") is None
        payment.save(update_fields=["charge", "method", "succeeded_at", "is_duplicate"])
        move("payment", payment, "succeeded", by=STRIPE, at=at)
        if payment.is_duplicate:
            _give_back(order, payment, charge, at=at)
        else:
            sales.sell(order, payment, charge, at=at)
    note_fee(payment, charge)


def _give_back(order: Order, payment: Payment, charge: Charge, *, at: dt.datetime) -> None:
    """Book a second payment of one order, and send all of it back."""
    ledger.post(
        f"payment:{payment.uuid}:captured",
        postings.captured(
            cents=charge.captured_cents,
            merchant_id=order.merchant_id,
            sale_id=None,
            charge=charge.id,
        ),
        kind="captured",
        at=charge.created_at,
        source=charge.id,
    )
    refunds.give_back_duplicate(payment, at=at)


def note_fee(payment: Payment, charge: Charge) -> None:
    """Book Stripe's fee once its balance transaction is known, which may be later."""
    move_ = charge.move
    if move_ is None or payment.balance_transaction:
        return
    sale_id = sales.sale_id_of(payment)
    payment.balance_transaction = move_.id
    payment.fee_cents = move_.fee_cents
    payment.save(update_fields=["balance_transaction", "fee_cents"])
    ledger.post(
        f"bt:{move_.id}",
        postings.fee(cents=move_.fee_cents, sale_id=sale_id, balance_transaction=move_.id),
        kind="fee",
        at=charge.created_at,
        source=charge.id,
    )
