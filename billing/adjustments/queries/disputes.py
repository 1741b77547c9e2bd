"""Disputes that still move, and what credit notes took back because of them."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from billing.models import (
    Dispute,
    Invoice,
    LedgerTransaction,
    Sale,
    StripeCall,
)
from billing.models.states import CALLS_UNDER_WAY

ANSWERABLE = (
    Dispute.State.WARNING_NEEDS_RESPONSE,
    Dispute.State.NEEDS_RESPONSE,
    Dispute.State.APPEAL_NEEDS_RESPONSE,
)

# The states of which those concerned get a mail.
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
    """Say whether something stands in the books."""
    return LedgerTransaction.objects.filter(business_key=key).exists()


def credited_cents(sale: Sale) -> int:
    """Return what credit notes have taken back of a sale's invoice."""
    notes = Invoice.objects.filter(sale=sale, kind=Invoice.Kind.CREDIT_NOTE)
    return int(notes.aggregate(cents=Sum("gross_cents", default=0))["cents"])


def credited_under(dispute: Dispute) -> int:
    """Return what the credit note of a lost dispute took back of the sale's invoice."""
    notes = Invoice.objects.filter(dispute=dispute)
    return int(notes.aggregate(cents=Sum("gross_cents", default=0))["cents"])


def is_being_answered() -> Exists:
    """Ask whether an answer to a dispute is written that its bank has not taken yet."""
    calls = StripeCall.objects.filter(kind="evidence", state__in=CALLS_UNDER_WAY)
    return Exists(calls.filter(subject_id=OuterRef("pk")))


def disputes_to_answer() -> QuerySet[Dispute]:
    """Return disputes whose bank waits for an answer that nobody has written.

    A question that was answered may become a dispute, which is to be answered again; so is one
    whose answer Stripe refused.
    """
    return Dispute.objects.filter(~is_being_answered(), state__in=ANSWERABLE)


def refusal_of_answer(dispute: Dispute) -> str:
    """Return why Stripe refused the last answer to a dispute, as it was kept."""
    calls = StripeCall.objects.filter(kind="evidence", subject_id=dispute.pk)
    return calls.order_by("pk").values_list("failure", flat=True).last() or ""


def disputes_to_mail() -> QuerySet[Dispute]:
    """Return disputes of whose state nobody has been told."""
    return Dispute.objects.filter(state__in=MAILED_STATES, mailed_at=None, sale__isnull=False)


def disputes_to_watch(*, at: dt.datetime) -> list[int]:
    """Return disputes that may still change: an appeal can follow a loss for some months."""
    may_be_appealed = Q(state=Dispute.State.LOST, closed_at__gte=at - _APPEALED_FOR)
    watched = Dispute.objects.filter(~Q(state__in=OVER) | may_be_appealed)
    return list(watched.values_list("pk", flat=True))
