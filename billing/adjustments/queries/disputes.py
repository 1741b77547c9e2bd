"""Disputes not settled yet, and the amounts that credit notes took back because of them."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from billing.models import (
    Dispute,
    Invoice,
    LedgerEntry,
    LedgerTransaction,
    Refund,
    Sale,
    StripeCall,
)
from billing.models.ledger import Account
from billing.models.states import CALLS_UNDER_WAY
from billing.wording.outlook import CAME_BACK

ANSWERABLE = (
    Dispute.State.WARNING_NEEDS_RESPONSE,
    Dispute.State.NEEDS_RESPONSE,
    Dispute.State.APPEAL_NEEDS_RESPONSE,
)

# States announced by mail to the merchant and the councils.
MAILED_STATES = (
    Dispute.State.NEEDS_RESPONSE,
    Dispute.State.WON,
    Dispute.State.LOST,
    Dispute.State.PREVENTED,
)
OVER = (
    Dispute.State.WON,
    Dispute.State.LOST,
    Dispute.State.PREVENTED,
    Dispute.State.WARNING_CLOSED,
)
_APPEALED_FOR = dt.timedelta(days=120)


def is_posted(key: str) -> bool:
    """Return True if a transaction of this key is in the ledger."""
    return LedgerTransaction.objects.filter(business_key=key).exists()


def credited_cents(sale: Sale) -> int:
    """Return the cents that credit notes have taken back of a sale's invoice."""
    notes = Invoice.objects.filter(sale=sale, kind=Invoice.Kind.CREDIT_NOTE)
    return int(notes.aggregate(cents=Sum("gross_cents", default=0))["cents"])


def credited_under(dispute: Dispute) -> int:
    """Return the cents that a lost dispute's credit note took back of the sale's invoice."""
    notes = Invoice.objects.filter(dispute=dispute)
    return int(notes.aggregate(cents=Sum("gross_cents", default=0))["cents"])


def given_up_under(dispute: Dispute) -> int:
    """Return the cents of a lost dispute booked as a bad debt."""
    entries = LedgerEntry.objects.filter(
        account=Account.BAD_DEBT, transaction__business_key=f"dispute:{dispute.uuid}:bad_debt"
    )
    return int(entries.aggregate(cents=Sum("amount_cents", default=0))["cents"])


def _gone_back() -> QuerySet[Refund]:
    """Find the refunds that left our Stripe balance, and have not come back unpaid."""
    unpaid = Q(state__in=CAME_BACK, paid_otherwise_at=None)
    return Refund.objects.filter(~unpaid).exclude(balance_transaction="")


def disputes_to_settle() -> QuerySet[Dispute]:
    """Return lost disputes that left their merchant with a debt: for a sale, or a double return.

    A duplicate payment taken by the bank only creates no debt.
    """
    twice = Exists(_gone_back().filter(payment=OuterRef("payment")))
    lost = Dispute.objects.filter(state=Dispute.State.LOST, settled_as="")
    return lost.filter(Q(sale__isnull=False) | twice)


def is_to_settle() -> Exists:
    """Ask whether a lost dispute left its merchant owing."""
    return Exists(disputes_to_settle().filter(pk=OuterRef("pk")))


def owed_without_sale(dispute: Dispute) -> int:
    """Return the merchant's debt for a duplicate payment returned by us and by their bank."""
    payment = dispute.payment
    lost = Dispute.objects.filter(payment=payment, state=Dispute.State.LOST)
    given_up = sum(given_up_under(one) for one in lost)
    refunds = _gone_back().filter(payment=payment)
    gone = sum(one.amount_cents for one in refunds) + sum(one.amount_cents for one in lost)
    return min(dispute.amount_cents, max(gone - payment.amount_cents - given_up, 0))


def is_being_answered() -> Exists:
    """Ask whether an answer to a dispute is written that its bank has not taken yet."""
    calls = StripeCall.objects.filter(kind="evidence", state__in=CALLS_UNDER_WAY)
    return Exists(calls.filter(subject_id=OuterRef("pk")))


def disputes_to_answer() -> QuerySet[Dispute]:
    """Return disputes that need an answer not written yet.

    An answered inquiry may become a dispute, and then needs an answer again; so does a dispute if
    Stripe refused the answer.
    """
    return Dispute.objects.filter(~is_being_answered(), state__in=ANSWERABLE)


def refusal_of_answer(dispute: Dispute) -> str:
    """Return why Stripe refused the last answer to a dispute, as it was kept."""
    calls = StripeCall.objects.filter(kind="evidence", subject_id=dispute.pk)
    return calls.order_by("pk").values_list("failure", flat=True).last() or ""


def disputes_to_mail() -> QuerySet[Dispute]:
    """Return disputes with a state not mailed yet."""
    return Dispute.objects.filter(state__in=MAILED_STATES, mailed_at=None, sale__isnull=False)


def disputes_to_watch(*, at: dt.datetime) -> list[int]:
    """Return disputes that may still change: an appeal can follow a loss for some months."""
    may_be_appealed = Q(state=Dispute.State.LOST, closed_at__gte=at - _APPEALED_FOR)
    watched = Dispute.objects.filter(~Q(state__in=OVER) | may_be_appealed)
    return list(watched.values_list("pk", flat=True))
