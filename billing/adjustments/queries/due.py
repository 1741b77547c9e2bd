"""Refunds to watch, and refunds with a mail to send."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.ledger.queries import refunds
from billing.models import Dispute, Refund
from billing.wording.outlook import CAME_BACK, PROMISED


def refunds_to_mail() -> QuerySet[Refund]:
    """Return refunds that did not arrive, with a merchant not notified yet."""
    return Refund.objects.filter(refunds.came_back(), mailed_at=None)


def refused_refunds() -> QuerySet[Refund]:
    """Return owed refunds that failed, unless the money was returned in another way.

    The way may be a later refund of at least this amount, other refunds that leave less than this
    amount of the payment, or a dispute lost to the bank.
    """
    made = Refund.objects.filter(payment=OuterRef("payment"), accepted_at__isnull=False).order_by()
    sums = made.values("payment").annotate(cents=Sum("amount_cents")).values("cents")
    anew = made.filter(pk__gt=OuterRef("pk"), amount_cents__gte=OuterRef("amount_cents"))
    lost = Dispute.objects.filter(payment=OuterRef("payment"), state=Dispute.State.LOST)
    refused = Refund.objects.filter(state__in=CAME_BACK, accepted_at=None, origin__in=PROMISED)
    return refused.filter(
        ~Exists(anew),
        ~Exists(lost),
        amount_cents__lte=F("payment__amount_cents") - Coalesce(Subquery(sums), 0),
    )


def refunds_to_watch() -> list[int]:
    """Return the payments of refunds that are not over."""
    watched = Refund.objects.filter(
        Q(state__in=[Refund.State.PENDING, Refund.State.REQUIRES_ACTION])
        | Q(state=Refund.State.SUCCEEDED, balance_transaction="")
    )
    return list(watched.values_list("payment_id", flat=True).distinct())
