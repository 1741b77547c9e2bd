"""Claims on councils after a refund or a lost dispute: taken off the share, or claimed back.

An unsent amount is not sent; a sent amount is reversed, or owed by the council.
"""

import datetime as dt
from typing import NamedTuple

from django.db.models import Sum

from billing.councils.queries.restitutions import restored_cents
from billing.councils.settlement import dashboard_reversals, reversals
from billing.ledger import posting
from billing.ledger.rules import postings, split
from billing.ledger.rules.split import SpaceOfSale, part_of
from billing.models import (
    Account,
    Claim,
    Dispute,
    OrderLine,
    Refund,
    Sale,
    SaleTerms,
    Share,
    Transfer,
)
from billing.transitions.transition import STRIPE, transition

NOT_SENT = {
    Share.State.HELD,
    Share.State.RELEASABLE,
    Share.State.WAITING_ACCOUNT,
    Share.State.FROZEN,
}


class Cause(NamedTuple):
    """The reason of a deduction: its business key, and the refund or dispute."""

    key: str
    source: str
    refund: Refund | None = None
    dispute: Dispute | None = None


def because_of_refund(refund: Refund) -> Cause:
    """Return a refund as a cause."""
    return Cause(f"refund:{refund.uuid}", refund.stripe_id, refund=refund)


def because_of_dispute(dispute: Dispute) -> Cause:
    """Return a lost dispute as a cause."""
    return Cause(f"dispute:{dispute.uuid}", dispute.stripe_id, dispute=dispute)


def key_of(cause: Cause, share: Share, sits: Account) -> str:
    """Return the business key of a deduction from a share, for a cause and an account."""
    return f"{cause.key}:{sits.value}:{share.reference}"


def remaining_net_of(sale: Sale) -> int:
    """Return the net amount left of a sale: neither refunded nor lost in a dispute."""
    # A bank may take an amount already being refunded: then more is returned than was paid.
    returned = min(sale.refunded_cents + sale.disputed_cents, sale.gross_cents)
    return split.remaining_net(
        net_cents=sale.net_cents, gross_cents=sale.gross_cents, returned_cents=returned
    )


def targets_of(
    sale: Sale, current: dict[int, int], *, refusing_space: int | None = None
) -> dict[int, int]:
    """Return the cents that each council keeps of a sale; no council gets more than `current`.

    If a space refused its flights, only its own councils keep less.
    """
    return split.shares_after(
        [part_of(row) for row in SaleTerms.objects.filter(sale=sale).select_related("flight")],
        sold_net_cents=sale.net_cents,
        remaining_net_cents=remaining_net_of(sale),
        current=current,
        spaces=spaces_of(sale),
        refusing_space=refusing_space,
    )


def spaces_of(sale: Sale) -> dict[int, SpaceOfSale]:
    """Return a sale's spaces if a space refused its flights, each with the refund for it."""
    rows = Refund.objects.filter(sale=sale, refused_in__isnull=False, accepted_at__isnull=False)
    refused = dict(rows.values_list("refused_in").annotate(cents=Sum("amount_cents")))
    if not refused:
        return {}
    lines = OrderLine.objects.filter(order=sale.order_id).order_by()
    sold = lines.values_list("flight__tenant").annotate(cents=Sum("net_cents"))
    return split.refused_spaces(
        dict(sold), refused, net_cents=sale.net_cents, gross_cents=sale.gross_cents
    )


def claim(sale: Sale, cause: Cause, *, at: dt.datetime) -> None:
    """Compute the share that each council keeps of a sale, and deduct or claim the difference."""
    locked = Share.objects.select_for_update(of=("self",), no_key=True)
    shares = list(locked.filter(sale=sale).order_by("pk"))
    if not shares:
        return
    restored = restored_cents(sale)
    current = {
        share.council_id: share.amount_cents + restored.get(share.council_id, 0) for share in shares
    }
    refusing_space = cause.refund.refused_in_id if cause.refund else None
    targets = targets_of(sale, current, refusing_space=refusing_space)
    events = []
    for share in shares:
        less = current[share.council_id] - targets[share.council_id]
        if less:
            events += _take(share, less, cause, at=at)
    posting.post_all(events)


def _take(share: Share, less: int, cause: Cause, *, at: dt.datetime) -> list[posting.Event]:
    """Deduct the unsent amount from the share; the sent amount becomes a debt of the council.

    An amount restored by an appeal beside the share becomes a debt, too: if it is unsent, the debt
    is netted with it. An amount already reversed in the dashboard is not claimed again.
    """
    there = share.left_cents if share.state in NOT_SENT else 0
    taken = min(less, there)
    off_share = min(less, share.amount_cents)
    share.amount_cents -= off_share
    share.save(update_fields=["amount_cents"])
    owed = less - taken
    back = dashboard_reversals.use(share, owed, refund=cause.refund, dispute=cause.dispute, at=at)
    claimed = min(off_share, owed - back)
    _claim_back(share, claimed, cause, at=at)
    if beside := owed - back - claimed:
        _owe(share, beside, cause, at=at)
    if back:
        reversals.mark(share, at)
    end_if_nothing_is_left(share, at=at)
    sits = Account.SHARE_DUE if share.is_due else Account.SHARE_HELD
    return [
        _event(share, taken, cause, sits=sits, at=at),
        _event(share, owed, cause, sits=Account.SHARE_OWED, at=at),
    ]


def end_if_nothing_is_left(share: Share, *, at: dt.datetime) -> None:
    """End a share without any amount left to send: it was netted, or refunded in full."""
    if share.left_cents == 0 and share.state in NOT_SENT:
        trigger = "netted" if share.amount_cents else "refunded"
        transition("share", share, trigger, by=STRIPE, at=at)


def _event(
    share: Share, cents: int, cause: Cause, *, sits: Account, at: dt.datetime
) -> posting.Event:
    lines = postings.claimed(
        cents=cents, council_id=share.council_id, sale_id=share.sale_id, sits=sits
    )
    return posting.Event(key_of(cause, share, sits), lines, "claimed", at, cause.source)


def _claim_back(share: Share, cents: int, cause: Cause, *, at: dt.datetime) -> None:
    """Claim the sent amount: by reversing its transfer, or from the council's next share."""
    if not cents:
        return
    transfer = Transfer.objects.filter(share=share).exclude(state=Transfer.State.REFUSED).first()
    back = min(cents, _reversible(transfer)) if transfer else 0
    claimed = {"refund": cause.refund, "dispute": cause.dispute, "share": share, "due_at": at}
    if transfer and back:
        reversal = Claim.objects.create(transfer=transfer, amount_cents=back, **claimed)
        if transfer.state == Transfer.State.DONE:
            reversals.prepare_reversal(reversal, transfer)
    if cents > back:
        _owe(share, cents - back, cause, at=at)


def _owe(share: Share, cents: int, cause: Cause, *, at: dt.datetime) -> None:
    """Record a debt of a council that no reversal can bring back."""
    Claim.objects.create(
        amount_cents=cents,
        state=Claim.State.OWED,
        refund=cause.refund,
        dispute=cause.dispute,
        share=share,
        due_at=at,
    )


def _reversible(transfer: Transfer) -> int:
    claimed = Claim.objects.filter(transfer=transfer).aggregate(
        cents=Sum("amount_cents", default=0)
    )
    return transfer.amount_cents - int(claimed["cents"])
