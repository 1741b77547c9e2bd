"""While a bank contests a payment, nothing more of it leaves for a council."""

import datetime as dt

from django.db.models import QuerySet

from billing.models import Dispute, Share
from billing.transitions.transition import STRIPE, transition

CONTESTED = (Dispute.State.NEEDS_RESPONSE, Dispute.State.UNDER_REVIEW)
_NOT_LEFT = (Share.State.HELD, Share.State.RELEASABLE, Share.State.WAITING_ACCOUNT)


def is_contested(sale_id: int) -> bool:
    """Return True if a bank has taken a payment back and has not decided yet."""
    return Dispute.objects.filter(sale=sale_id, state__in=CONTESTED).exists()


def hold(sale_id: int, *, at: dt.datetime) -> None:
    """Freeze the unsent shares of a sale."""
    for share in _locked(sale_id).filter(state__in=_NOT_LEFT):
        transition("share", share, "frozen", by=STRIPE, at=at)


def release(sale_id: int, *, at: dt.datetime) -> None:
    """Release the frozen shares of a sale, unless another dispute is open."""
    if is_contested(sale_id):
        return
    for share in _locked(sale_id).filter(state=Share.State.FROZEN):
        early = not share.is_due and share.release_at > at
        transition("share", share, "thawed_early" if early else "thawed", by=STRIPE, at=at)


def hold_if_contested(share: Share, *, at: dt.datetime) -> None:
    """Keep back a share that could not leave, where a bank contests its payment meanwhile."""
    if share.state in _NOT_LEFT and is_contested(share.sale_id):
        transition("share", share, "frozen", by=STRIPE, at=at)


def _locked(sale_id: int) -> QuerySet[Share]:
    shares = Share.objects.select_for_update(of=("self",), no_key=True)
    return shares.filter(sale=sale_id).order_by("pk")
