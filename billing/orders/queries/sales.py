"""The part of a sale that can still be given back."""

import datetime as dt

from django.db.models import F, Q, QuerySet, Sum

from billing.models import (
    Dispute,
    Refund,
    Sale,
)


def contested_cents(sale: Sale) -> int:
    """Return the cents of a sale taken by banks and not returned: they cannot be refunded."""
    taken = Dispute.objects.filter(sale=sale, withdrawn_at__isnull=False, returned_at=None)
    return int(taken.aggregate(cents=Sum("amount_cents", default=0))["cents"])


def refundable_cents(sale: Sale) -> int:
    """Return the refundable cents: neither refunded, nor about to be, nor disputed."""
    return max(sale.gross_cents - _cents(_refunds_of(sale)) - contested_cents(sale), 0)


def given_back_since(sale: Sale, moment: dt.datetime | None) -> int:
    """Return the cents refunded, or about to be, by requests since a moment.

    Refunds for a space that refused the campaign, did not show it, or closed, or for a slot that
    the merchant stopped, count at any time: their days are already excluded.
    """
    wanted = Q(refused_in__isnull=False)
    if moment is not None:
        wanted |= Q(requested_at__gte=moment)
    return _cents(_refunds_of(sale).filter(wanted))


def returned_alike_cents(sale: Sale) -> int:
    """Return the cents refunded, or about to be, from all flights of a sale alike.

    Refunds for a space that refused the campaign, did not show it, or closed, are left out: each
    space bears its own.
    """
    return _cents(_refunds_of(sale).filter(refused_in=None)) + sale.disputed_cents


def unseconded_cents(sale: Sale) -> int:
    """Return the cents refunded, or about to be, without a second person's approval."""
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
