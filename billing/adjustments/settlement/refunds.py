"""Refunds to a merchant, and their effects on the invoice, the shares and the ledger.

Jobs that lock in the same order never deadlock. The order for all of settlement is: call, order,
payment, refund, dispute, council, sale, share, restitution, reversal, transfer. Rows referenced by
ledger entries are locked here FOR NO KEY UPDATE, so that inserts of entries do not wait for them.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from billing.adjustments.settlement import crediting
from billing.councils.settlement import claims, council_months
from billing.ledger import posting
from billing.ledger.queries.accounting import day_of
from billing.ledger.rules import postings
from billing.models import Order, Payment, Refund, Sale, StripeCall
from billing.orders.settlement import subscriptions
from billing.stripe.gateway import reads
from billing.stripe.gateway import values as stripe
from billing.stripe.rules.answers import Problem
from billing.transitions.transition import STRIPE, transition
from billing.wording import outlook
from saas.catalogue.placements.models import Flight
from saas.kernel.database import rows

_GONE_BACK = {"pending", "succeeded"}


def on_send(call: StripeCall, at: dt.datetime) -> None:
    """Note that a refund is on its way to Stripe."""
    refund = Refund.objects.select_for_update().get(pk=call.subject_id)
    if refund.state == Refund.State.APPROVED:
        transition("refund", refund, "sent", by=STRIPE, at=at)


def on_success(call: StripeCall, stripe_refund: stripe.Refund, at: dt.datetime) -> None:
    """Apply Stripe's response to a refund of ours."""
    _locked_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=call.subject_id))
    refund = Refund.objects.select_for_update().get(pk=call.subject_id)
    _follow(refund, stripe_refund, at)


def on_refusal(call: StripeCall, problem: Problem, at: dt.datetime) -> None:
    """Note that a refund cannot be made: there is not so much left at Stripe."""
    refund = Refund.objects.select_for_update().get(pk=call.subject_id)
    refund.problem = problem.reason
    refund.save(update_fields=["problem"])
    transition("refund", refund, "failed", by=STRIPE, at=at, why=problem.code)


def sync_after_refusal(call: StripeCall, _problem: Problem, at: dt.datetime) -> None:
    """Look for the refund that was made elsewhere before ours."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=call.subject_id)
    sync(payment_id, at=at)


def sync(payment_id: int, *, at: dt.datetime) -> None:
    """Fetch all refunds of a payment, those of the dashboard too, and follow each."""
    payment_intent = Payment.objects.values_list("payment_intent", flat=True).get(pk=payment_id)
    for stripe_refund in reads.refunds_of(payment_intent):
        _apply_snapshot(payment_id, stripe_refund, at)


@transaction.atomic
def _apply_snapshot(payment_id: int, stripe_refund: stripe.Refund, at: dt.datetime) -> None:
    payment = _locked_payment(payment_id)
    refund = _known(stripe_refund) or _adopt(payment, stripe_refund, at)
    if refund is not None:
        _follow(refund, stripe_refund, at)


def _locked_payment(payment_id: int) -> Payment:
    """Lock the order first, as when it is paid, then its payment."""
    Order.objects.select_for_update(of=("self",), no_key=True).get(payments=payment_id)
    return Payment.objects.select_for_update(no_key=True).get(pk=payment_id)


def _known(stripe_refund: stripe.Refund) -> Refund | None:
    """Find our row of a refund, by its number or by the call that made it."""
    ours = Q(stripe_id=stripe_refund.id)
    if stripe_refund.call_uuid:
        calls = StripeCall.objects.filter(kind="refund", uuid=stripe_refund.call_uuid)
        ours |= Q(pk__in=calls.values("subject_id"))
    return Refund.objects.select_for_update().filter(ours).first()


def _adopt(payment: Payment, stripe_refund: stripe.Refund, at: dt.datetime) -> Refund | None:
    """Take a refund that was made in Stripe's dashboard into our books, where it moved money."""
    sale = Sale.objects.select_for_update(no_key=True).filter(payment=payment).first()
    never_was = stripe_refund.status not in _GONE_BACK | {"requires_action"}
    if never_was and not stripe_refund.balance_transaction:
        return None
    return Refund.objects.create(
        payment=payment,
        sale=sale,
        amount_cents=stripe_refund.amount_cents,
        origin=Refund.Origin.DASHBOARD,
        state=Refund.State.SENDING,
        stripe_id=stripe_refund.id,
        requested_at=at,
    )


def _follow(refund: Refund, stripe_refund: stripe.Refund, at: dt.datetime) -> None:
    """Apply a refund as fetched from Stripe: accepted once, paid out once, perhaps returned.

    A refund returned before its first snapshot only moved money: nothing is credited for it.
    """
    refund.stripe_id = stripe_refund.id
    refund.save(update_fields=["stripe_id"])
    if stripe_refund.status in _GONE_BACK and refund.accepted_at is None:
        _accept(refund, stripe_refund, at)
    if stripe_refund.balance_transaction:
        _book_payout(refund, stripe_refund)
    if stripe_refund.status != refund.state:
        transition(
            "refund",
            refund,
            stripe_refund.status,
            by=STRIPE,
            at=at,
            why=stripe_refund.failure_reason,
        )
    _note_wait(refund, stripe_refund)
    if stripe_refund.failure_balance_transaction:
        _book_return(refund, stripe_refund, at)


def _note_wait(refund: Refund, stripe_refund: stripe.Refund) -> None:
    """Record if a refund waits for our balance at Stripe, and if it has stopped waiting.

    The field is `pending_reason`: docs.stripe.com/changelog/basil/2025-04-30/refund-pending-reason.
    """
    waits = stripe_refund.status == "pending" and stripe_refund.pending_reason == outlook.NO_FUNDS
    if waits != (refund.problem == outlook.WAITS_FOR_FUNDS):
        refund.problem = outlook.WAITS_FOR_FUNDS if waits else ""
        refund.save(update_fields=["problem"])


def _accept(refund: Refund, stripe_refund: stripe.Refund, at: dt.datetime) -> None:
    """Write the credit note, take the merchant's part back, and claim the councils' parts."""
    refund.accepted_at = stripe_refund.created_at
    refund.save(update_fields=["accepted_at"])
    if refund.sale_id is None:
        return
    sale = (
        Sale.objects.select_for_update(of=("self",), no_key=True)
        .select_related("payment")
        .get(pk=refund.sale_id)
    )
    sale.refunded_cents += refund.amount_cents
    sale.save(update_fields=["refunded_cents"])
    crediting.credit(
        sale,
        refund.amount_cents,
        key=f"refund:{refund.uuid}:accepted",
        source=stripe_refund.id,
        returned_at=stripe_refund.created_at,
        at=at,
        refund=refund,
    )
    claims.claim(sale, claims.because_of_refund(refund), at=stripe_refund.created_at)
    _mark_order(sale, returned_on=day_of(stripe_refund.created_at), at=at)
    council_months.refresh_of_sale(sale.pk, stripe_refund.created_at)


def _mark_order(sale: Sale, *, returned_on: dt.date, at: dt.datetime) -> None:
    """Record the refunded amount of an order; a full refund stops its campaign and its months.

    A past month may be refunded without ending the following months.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=sale.order_id)
    whole = sale.refunded_cents >= sale.gross_cents
    transition("order", order, "refunded" if whole else "refunded_in_part", by=STRIPE, at=at)
    if whole:
        if Flight.objects.filter(campaign=order.campaign_id, ends_on__gte=returned_on).exists():
            subscriptions.end_with(order)
        crediting.stop_campaign(order.campaign_id, at=at)


def _book_payout(refund: Refund, stripe_refund: stripe.Refund) -> None:
    refund.balance_transaction = stripe_refund.balance_transaction
    refund.save(update_fields=["balance_transaction"])
    posting.post(
        f"bt:{stripe_refund.balance_transaction}",
        postings.refunded(
            cents=refund.amount_cents,
            merchant_id=_merchant_of(refund),
            sale_id=refund.sale_id,
            refund=stripe_refund.id,
        ),
        kind="refunded",
        at=stripe_refund.left_at or stripe_refund.created_at,
        source=stripe_refund.id,
    )


def _book_return(refund: Refund, stripe_refund: stripe.Refund, at: dt.datetime) -> None:
    """Post the return of a refund by the merchant's bank; an operator pays it by other means."""
    refund.problem = rows.cut(Refund, "problem", stripe_refund.failure_reason)
    refund.save(update_fields=["problem"])
    posting.post(
        f"bt:{stripe_refund.failure_balance_transaction}",
        postings.refund_came_back(
            cents=refund.amount_cents,
            merchant_id=_merchant_of(refund),
            sale_id=refund.sale_id,
            refund=stripe_refund.id,
        ),
        kind="refund_failed",
        at=stripe_refund.returned_at or at,
        source=stripe_refund.id,
    )


def _merchant_of(refund: Refund) -> int:
    return Order.objects.values_list("merchant_id", flat=True).get(payments=refund.payment_id)
