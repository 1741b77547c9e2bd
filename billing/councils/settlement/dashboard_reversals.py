"""Reversals made in Stripe's dashboard, counted against later claims."""

import datetime as dt

from django.db.models import QuerySet

from billing.ledger.settlement import cases
from billing.models import Case, Claim, Dispute, Refund, Share, Transfer
from billing.stripe.gateway import values as stripe


def record_unrequested(transfer: Transfer, stripe_reversal: stripe.Reversal, cents: int) -> None:
    """Record a reversal without a refund or a dispute behind it: we owe it to the council."""
    cases.open_case(
        kind=Case.Kind.UNREQUESTED_REVERSAL,
        subject=stripe_reversal.id,
        at=stripe_reversal.created_at,
        stripe_cents=cents,
        details=f"{transfer.stripe_id}: taken back and asked for by no refund and no dispute",
    )
    _create_done_claim(transfer.share_id, transfer.pk, cents, at=stripe_reversal.created_at)


def use(
    share: Share, cents: int, *, refund: Refund | None, dispute: Dispute | None, at: dt.datetime
) -> int:
    """Settle a claim on a share with unrequested reversals; return the settled cents.

    The row of the reversal becomes the row of the claim; its remainder stays in a row of its own.
    """
    if not cents:
        return 0
    left = cents
    for row in _of(share).select_for_update().order_by("pk"):
        part = min(row.settled_cents, left)
        if part == 0:
            break
        left -= part
        if part < row.settled_cents:
            rest = row.settled_cents - part
            _create_done_claim(row.share_id, row.transfer_id, rest, at=row.due_at)
        row.refund, row.dispute = refund, dispute
        row.amount_cents = row.settled_cents = part
        row.save(update_fields=["refund", "dispute", "amount_cents", "settled_cents"])
    explain_once_settled(share, at=at)
    return cents - left


def _of(share: Share) -> QuerySet[Claim]:
    return Claim.objects.filter(share=share, state=Claim.State.DONE, refund=None, dispute=None)


def _create_done_claim(
    share_id: int, transfer_id: int | None, cents: int, *, at: dt.datetime
) -> None:
    Claim.objects.create(
        share_id=share_id,
        transfer_id=transfer_id,
        amount_cents=cents,
        settled_cents=cents,
        state=Claim.State.DONE,
        due_at=at,
        settled_at=at,
    )


def explain_once_settled(share: Share, *, at: dt.datetime) -> None:
    """Close a share's cases once each reversal is matched with a claim, or paid back."""
    if _of(share).exists():
        return
    opened = Case.objects.filter(kind=Case.Kind.UNREQUESTED_REVERSAL, state=Case.State.OPEN)
    for transfer in Transfer.objects.filter(share=share).exclude(stripe_id=""):
        about = opened.filter(details__startswith=f"{transfer.stripe_id}:")
        cases.explain(
            Case.Kind.UNREQUESTED_REVERSAL, list(about.values_list("subject", flat=True)), at=at
        )
