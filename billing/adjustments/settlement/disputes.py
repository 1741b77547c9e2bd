"""Disputes of a payment: the amounts taken, the shares held meanwhile, and the outcome.

The dispute is fetched from Stripe each time. Its balance transactions show the movements, fee
included, never a percentage; its status shows if the bank has decided. An inquiry moves no money.
"""

import datetime as dt

from django.db import transaction

from billing.adjustments.queries.disputes import credited_under, given_up_under, is_posted
from billing.adjustments.settlement import crediting, departures
from billing.councils.settlement import claims, council_months, dispute_holds, restitutions
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.settlement import cases
from billing.models import Case, Dispute, Order, Payment, Sale, StripeCall
from billing.orders.settlement import subscriptions
from billing.stripe.gateway import reads
from billing.stripe.gateway import values as stripe
from billing.stripe.rules import params
from billing.stripe.rules.answers import Problem
from billing.transitions.transition import STRIPE, record, transition
from saas.kernel.database import rows

_STANDS = (Dispute.State.WON, Dispute.State.PREVENTED)


def sync(dispute_id: int, *, at: dt.datetime) -> None:
    """Fetch a stored dispute from Stripe and apply it."""
    known = Dispute.objects.only("stripe_id", "payment_id").get(pk=dispute_id)
    apply_snapshot(known.payment_id, reads.dispute(known.stripe_id), at=at)


@transaction.atomic
def apply_snapshot(payment_id: int, stripe_dispute: stripe.Dispute, *, at: dt.datetime) -> None:
    """Apply a dispute as fetched from Stripe: money, shares, mails."""
    order = Order.objects.select_for_update(of=("self",), no_key=True).get(payments=payment_id)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    if stripe_dispute.currency != params.EURO:
        _does_not_fit(stripe_dispute, at)
        return
    dispute = Dispute.objects.select_for_update().filter(stripe_id=stripe_dispute.id).first()
    dispute = dispute or _open(payment, stripe_dispute, at)
    sale = _locked_sale(dispute)
    _note(dispute, stripe_dispute, at)
    _book_movements(dispute, stripe_dispute, at)
    movements = stripe_dispute.balance_transactions
    taken = -sum(one.amount_cents for one in movements if one.amount_cents < 0)
    given = sum(one.amount_cents for one in movements if one.amount_cents > 0)
    if dispute.state == Dispute.State.LOST and taken > given:
        _lose(dispute, order, sale, cents=taken - given, at=at)
    elif dispute.state in _STANDS and given:
        _stand(dispute, order, sale, cents=given, at=at)
    if sale is None:
        return
    _free_or_hold(dispute, order, sale.pk, at=at)
    council_months.refresh_of_sale(sale.pk, at)


def _free_or_hold(dispute: Dispute, order: Order, sale_id: int, *, at: dt.datetime) -> None:
    """Hold unsent shares while a dispute is open; release them after it, and refund departures."""
    if dispute.state in dispute_holds.CONTESTED:
        dispute_holds.hold(sale_id, at=at)
        return
    dispute_holds.release(sale_id, at=at)
    if dispute.state in _STANDS:
        departures.give_back_contested(sale_id, order, at=at)


def _does_not_fit(stripe_dispute: stripe.Dispute, at: dt.datetime) -> None:
    cases.open_case(
        kind=Case.Kind.CURRENCY,
        subject=stripe_dispute.id,
        at=at,
        stripe_cents=stripe_dispute.amount_cents,
        details=f"dispute in {stripe_dispute.currency}",
    )


def _locked_sale(dispute: Dispute) -> Sale | None:
    locked = Sale.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(pk=dispute.sale_id).first() if dispute.sale_id else None


def _open(payment: Payment, stripe_dispute: stripe.Dispute, at: dt.datetime) -> Dispute:
    """Create the row of a new dispute; a duplicate payment that was returned has no sale."""
    dispute = Dispute.objects.create(
        payment=payment,
        sale=Sale.objects.filter(payment=payment).only("pk").first(),
        state=stripe_dispute.status,
        stripe_id=stripe_dispute.id,
        amount_cents=stripe_dispute.amount_cents,
        opened_at=stripe_dispute.created_at,
    )
    record("dispute", dispute.pk, "opened", states=("", stripe_dispute.status), by=STRIPE, at=at)
    return dispute


def _note(dispute: Dispute, stripe_dispute: stripe.Dispute, at: dt.datetime) -> None:
    """Follow the words of Stripe; those concerned are notified of each new state."""
    dispute.evidence_due_at = stripe_dispute.due_at
    dispute.reason = rows.cut(Dispute, "reason", stripe_dispute.reason)
    dispute.fee_cents = sum(one.fee_cents for one in stripe_dispute.balance_transactions)
    if dispute.state != stripe_dispute.status and transition(
        "dispute", dispute, stripe_dispute.status, by=STRIPE, at=at
    ):
        dispute.mailed_at = None
    if dispute.state in {*_STANDS, Dispute.State.LOST, Dispute.State.WARNING_CLOSED}:
        dispute.closed_at = stripe_dispute.decided_at or dispute.closed_at or at
    else:
        dispute.closed_at = None
    dispute.save()


def _book_movements(dispute: Dispute, stripe_dispute: stripe.Dispute, at: dt.datetime) -> None:
    """Post each balance transaction once: the amount taken, the amount returned, and the fee."""
    taken = [one for one in stripe_dispute.balance_transactions if one.amount_cents < 0]
    given = [one for one in stripe_dispute.balance_transactions if one.amount_cents > 0]
    posting.post_all(
        [
            posting.Event(
                f"bt:{one.id}",
                postings.dispute_moved(
                    amount_cents=one.amount_cents,
                    fee_cents=one.fee_cents,
                    sale_id=dispute.sale_id,
                    dispute=stripe_dispute.id,
                ),
                "dispute_opened" if one.amount_cents < 0 else "dispute_returned",
                one.made_at or at,
                stripe_dispute.id,
            )
            for one in stripe_dispute.balance_transactions
        ]
    )
    if taken and not dispute.withdrawn_at:
        dispute.withdrawn_at = taken[0].made_at or at
    if given:
        dispute.returned_at = given[-1].made_at or at
    dispute.save(update_fields=["withdrawn_at", "returned_at"])


def _lose(
    dispute: Dispute, order: Order, sale: Sale | None, *, cents: int, at: dt.datetime
) -> None:
    """Post the final loss, once: the merchant owes it, and each council's share is reduced."""
    lost = postings.dispute_lost(
        cents=cents,
        merchant_id=order.merchant_id,
        sale_id=dispute.sale_id,
        dispute=dispute.stripe_id,
    )
    key, lost_at = f"dispute:{dispute.uuid}:lost", dispute.closed_at or at
    new = posting.post(key, lost, kind="dispute_lost", at=lost_at, source=dispute.stripe_id)
    if not new or sale is None:
        return
    left = sale.gross_cents - sale.refunded_cents - sale.disputed_cents
    dispute.counted_cents = min(dispute.amount_cents, max(left, 0))
    dispute.save(update_fields=["counted_cents"])
    sale.disputed_cents += dispute.counted_cents
    sale.save(update_fields=["disputed_cents"])
    claims.claim(sale, claims.because_of_dispute(dispute), at=lost_at)
    council_months.refresh_of_sale(sale.pk, lost_at)
    if sale.refunded_cents + sale.disputed_cents >= sale.gross_cents:
        crediting.stop_campaign(order.campaign_id, at=at)
    subscriptions.end_with(order)


def _stand(
    dispute: Dispute, order: Order, sale: Sale | None, *, cents: int, at: dt.datetime
) -> None:
    """Reverse the posted loss, once, after an appeal returned the money."""
    if not is_posted(f"dispute:{dispute.uuid}:lost"):
        return
    regained = postings.dispute_lost(
        cents=-cents,
        merchant_id=order.merchant_id,
        sale_id=dispute.sale_id,
        dispute=dispute.stripe_id,
    )
    key, won_at = f"dispute:{dispute.uuid}:regained", min(dispute.returned_at or at, at)
    new = posting.post(key, regained, kind="dispute_regained", at=won_at, source=dispute.stripe_id)
    if not new:
        return
    _take_settlement_back(dispute, order, at=won_at)
    if sale is None:
        return
    sale.disputed_cents -= dispute.counted_cents
    sale.save(update_fields=["disputed_cents"])
    dispute.counted_cents = 0
    dispute.save(update_fields=["counted_cents"])
    restitutions.restore(sale, dispute, at=won_at)
    council_months.refresh_of_sale(sale.pk, won_at)


def _take_settlement_back(dispute: Dispute, order: Order, *, at: dt.datetime) -> None:
    """Undo the settlement of a loss: reverse the bad debt, open a case for a credit note."""
    if not dispute.settled_as:
        return
    credited = credited_under(dispute)
    posting.post(
        f"dispute:{dispute.uuid}:recovered",
        postings.bad_debt(
            cents=-given_up_under(dispute),
            merchant_id=order.merchant_id,
            sale_id=dispute.sale_id,
        ),
        kind="recovered",
        at=at,
        source=dispute.stripe_id,
    )
    if credited:
        cases.open_case(
            kind=Case.Kind.PAYMENT_MISMATCH,
            subject=dispute.stripe_id,
            at=at,
            stripe_cents=credited,
            details=f"won on appeal after its credit note: invoice {order.reference} again",
        )


def on_success(call: StripeCall, stripe_dispute: stripe.Dispute, at: dt.datetime) -> None:
    """Record that the evidence was sent to the bank."""
    payment_id = Dispute.objects.values_list("payment_id", flat=True).get(pk=call.subject_id)
    apply_snapshot(payment_id, stripe_dispute, at=at)
    Dispute.objects.filter(pk=call.subject_id).update(evidence_sent_at=at)


def sync_after_refusal(call: StripeCall, _problem: Problem, at: dt.datetime) -> None:
    """Look why the bank takes no answer: perhaps it has decided."""
    sync(call.subject_id, at=at)
