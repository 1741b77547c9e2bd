"""The part of a sale that can still be given back."""

import datetime as dt

from django.db.models import F, Q, QuerySet, Sum

from billing.models import (
    Dispute,
    Refund,
    Sale,
)


def contested_cents(sale: Sale) -> int:
    """Return what banks have taken back of a sale and not given back: it cannot be refunded."""
    taken = Dispute.objects.filter(sale=sale, withdrawn_at__isnull=False, returned_at=None)
    return int(taken.aggregate(cents=Sum("amount_cents", default=0))["cents"])


def refundable_cents(sale: Sale) -> int:
    """Return what can still be given back: neither refunded, nor about to be, nor contested."""
    return max(sale.gross_cents - _cents(_refunds_of(sale)) - contested_cents(sale), 0)


def given_back_since(sale: Sale, moment: dt.datetime | None) -> int:
    """Return what was given back, or is about to be, because of what was asked since a moment.

    What spaces refused, could not show, or ended with, counts whenever it was: its days are out.
    """
    wanted = Q(origin__in=[Refund.Origin.REFUSED, Refund.Origin.DARK, Refund.Origin.ENDED])
    if moment is not None:
        wanted |= Q(requested_at__gte=moment)
    return _cents(_refunds_of(sale).filter(wanted))


def returned_alike_cents(sale: Sale) -> int:
    """Return what went back, or is about to, off all flights of a sale alike.

    Left out is what a space refused, could not show, or outlived: each space bears its own.
    """
    return _cents(_refunds_of(sale).filter(refused_in=None)) + sale.disputed_cents


def unseconded_cents(sale: Sale) -> int:
    """Return what was given back, or is about to be, without a second person's approval."""
    alone = Q(approved_by=None) | Q(approved_by=F("requested_by"))
    return _cents(_refunds_of(sale).filter(alone))


def _refunds_of(sale: Sale) -> QuerySet[Refund]:
    refunds = Refund.objects.filter(sale=sale)
    return refunds.exclude(
        state__in=[Refund.State.REJECTED, Refund.State.CANCELED, Refund.State.FAILED],
        accepted_at=None,
    )


def _cents(refunds: QuerySet[Refund]) -> int:
    return int(refunds.aggregate(cents=Sum("amount_cents", default=0))["cents"])
