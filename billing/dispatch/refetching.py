"""Objects on which our books and Stripe differ, fetched again as after an event about them."""

import datetime as dt

from billing.councils.settlement import payouts, reversals
from billing.dispatch import events
from billing.ledger.queries.reconciliation import Difference
from billing.models import Case, Payment, Payout, Transfer
from billing.orders.settlement import payments
from billing.stripe import halts
from billing.stripe.events import NeedsOperator, NotYet
from billing.stripe.gateway import reads, treasury
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules import answers

_ROUTES = {
    "charge": "charge.updated",
    "payment": "charge.updated",
    "payment_failure_refund": "charge.updated",
    "refund": "refund.updated",
    "payment_refund": "refund.updated",
    "refund_failure": "refund.updated",
    "transfer": "transfer.updated",
    "adjustment": "charge.dispute.updated",
}
# Kinds of objects, by the prefix of the id in a case's text.
_OF = {
    "cs": "checkout.session.completed",
    "in": "invoice.paid",
    "ch": "charge.updated",
    "py": "charge.updated",
    "re": "refund.updated",
    "pyr": "refund.updated",
    "tr": "transfer.updated",
    "du": "charge.dispute.updated",
    "dp": "charge.dispute.updated",
}
_PAYOUTS = ("payout", "payout_failure", "payout_cancel")


def refetch(difference: Difference, *, at: dt.datetime) -> bool:
    """Refetch an object; return True if it is a debit that the bank has not decided yet.

    Raises StripeCallFailed if the failure would affect other objects, too.
    """
    try:
        _sync(difference, at)
        return difference.kind == "payment" and _is_on_its_way(difference.source)
    except (NeedsOperator, NotYet):
        return False
    except StripeCallFailed as no:
        _raise_unless_about_one_thing(no)
        return False


def _sync(difference: Difference, at: dt.datetime) -> None:
    if difference.kind in _PAYOUTS and difference.source:
        payouts.sync(difference.source, at=at)
    elif difference.kind == "transfer_refund":
        _take_back(difference.movement, at)
    elif difference.kind in _ROUTES and difference.source:
        events.refetch(_ROUTES[difference.kind], difference.source, at=at)


def _take_back(movement_id: str, at: dt.datetime) -> None:
    stripe_id = treasury.transfer_of_reversal(movement_id)
    transfer = Transfer.objects.filter(stripe_id=stripe_id).first() if stripe_id else None
    if transfer is not None:
        reversals.sync(transfer.pk, at=at)


def _is_on_its_way(charge: str) -> bool:
    intent = reads.payment_intent_of_charge(charge)
    running = Payment.objects.filter(state=Payment.State.PROCESSING)
    return bool(intent) and running.filter(payment_intent=intent).exists()


def refetch_fee(payment: Payment, *, at: dt.datetime) -> None:
    """Ask again for a fee that Stripe had not told. Raises StripeCallFailed as `look` does."""
    try:
        payments.sync(payment.pk, at=at)
    except NeedsOperator:
        return
    except StripeCallFailed as no:
        _raise_unless_about_one_thing(no)


def _raise_unless_about_one_thing(no: StripeCallFailed) -> None:
    """Ignore an object that Stripe does not return, and so stays different; raise an outage."""
    if answers.is_passing(no.problem) or answers.is_about_our_key(no.problem):
        raise no


def refetch_case(case: Case, *, at: dt.datetime) -> None:
    """Fetch again whatever a case names, each by itself; nothing ever goes back by it."""
    for word in dict.fromkeys([case.subject, *case.details.replace(":", " ").split()]):
        try:
            _refetch_named(word, case, at=at)
        except (NeedsOperator, NotYet):
            continue
        except StripeCallFailed as no:
            halts.halt_if_refused(no.problem, at=at)


def _refetch_named(word: str, case: Case, *, at: dt.datetime) -> None:
    prefix, _mark, rest = word.partition("_")
    if not rest:
        return
    if prefix in _OF:
        events.refetch(_OF[prefix], word, at=at)
    elif prefix == "po":
        _refetch_payout(word, at)
    elif prefix == "txn" and "transfer_refund" in case.details:
        _take_back(word, at)


def _refetch_payout(stripe_id: str, at: dt.datetime) -> None:
    known = Payout.objects.select_related("council").filter(stripe_id=stripe_id).first()
    council = known.council if known else None
    account = (known.account if known else "") or (council.stripe_account if council else "")
    payouts.sync(stripe_id, account=account, council_id=council.pk if council else None, at=at)
