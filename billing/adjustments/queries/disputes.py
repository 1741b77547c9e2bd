"""Disputes that still move, and what credit notes took back because of them."""

import datetime as dt

from django.db.models import Q, QuerySet, Sum

from billing.models import (
    Dispute,
    Invoice,
    LedgerTransaction,
    Sale,
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


def disputes_to_mail() -> QuerySet[Dispute]:
    """Return disputes of whose state nobody has been told."""
    return Dispute.objects.filter(state__in=MAILED_STATES, mailed_at=None, sale__isnull=False)


def disputes_to_watch(*, at: dt.datetime) -> list[int]:
    """Return disputes that may still change: an appeal can follow a loss for some months."""
    may_be_appealed = Q(state=Dispute.State.LOST, closed_at__gte=at - _APPEALED_FOR)
    watched = Dispute.objects.filter(~Q(state__in=OVER) | may_be_appealed)
    return list(watched.values_list("pk", flat=True))
