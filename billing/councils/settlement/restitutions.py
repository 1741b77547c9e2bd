"""Restitutions: money that a lost dispute took off shares, regained for councils by an appeal.

A share is never reopened, and its transfer never repeated: the lost amount becomes due as a
separate row, netted with the council's debts and sent by a separate transfer. That transfer has no
charge as its source, because the money came back by the dispute and not by the charge.
"""

import datetime as dt

from django.db import transaction

from billing.councils.queries.restitutions import (
    restitutions_to_release,
    restored_cents,
    taken_by_dispute,
)
from billing.councils.rules import accounts
from billing.councils.settlement import claims, council_months, council_payments
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.settlement import batch
from billing.models import Council, Dispute, Restitution, Sale, Share, StripeCall
from billing.stripe.gateway import values as stripe
from billing.stripe.rules.answers import Problem


def restore(sale: Sale, dispute: Dispute, *, at: dt.datetime) -> None:
    """Restore to each council the amount taken by a dispute, as far as it may still keep it."""
    shares = list(
        Share.objects.select_for_update(of=("self",), no_key=True).filter(sale=sale).order_by("pk")
    )
    restored = restored_cents(sale)
    current = {
        share.council_id: share.amount_cents + restored.get(share.council_id, 0) for share in shares
    }
    before = {
        share.council_id: current[share.council_id] + taken_by_dispute(dispute, share)
        for share in shares
    }
    targets = claims.targets_of(sale, before) if shares else {}
    for share in shares:
        cents = targets[share.council_id] - current[share.council_id]
        if cents > 0:
            _owe(share, dispute, cents, at=at)


def _owe(share: Share, dispute: Dispute, cents: int, *, at: dt.datetime) -> None:
    given = Restitution.objects.create(
        dispute=dispute, share=share, amount_cents=cents, due_at=max(share.release_at, at)
    )
    posting.post(
        f"restitution:{given.uuid}:due",
        postings.restored(cents=cents, council_id=share.council_id, sale_id=share.sale_id),
        kind="restored",
        at=at,
        source=dispute.stripe_id,
    )


def release_due(*, at: dt.datetime, council_id: int | None = None) -> None:
    """Release each restitution to a council able to receive it, independently."""
    due = restitutions_to_release(at=at, council_id=council_id)
    batch.each_row("restitution", due, lambda row_id: release(row_id, at=at), at=at)


@transaction.atomic
def release(restitution_id: int, *, at: dt.datetime) -> None:
    """Release a restitution, less the council's debts."""
    whose = Restitution.objects.filter(pk=restitution_id).values("share__council")
    council = Council.objects.select_for_update(no_key=True).get(pk__in=whose)
    given = _locked(restitution_id)
    if given.state == Restitution.State.DUE and accounts.may_receive(council, at=at):
        council_payments.send(
            "restitution",
            given,
            council,
            kind=StripeCall.Kind.GIVEBACK,
            key=given.reference,
            sale_id=given.share.sale_id,
            group=given.share.sale.transfer_group,
            at=at,
        )


def _locked(restitution_id: int) -> Restitution:
    locked = Restitution.objects.select_for_update(of=("self",)).select_related("share__sale")
    return locked.get(pk=restitution_id)


def on_success(call: StripeCall, stripe_transfer: stripe.Transfer, at: dt.datetime) -> None:
    """Book a restitution that has left."""
    given = _locked(call.subject_id)
    council_payments.record_sent("restitution", given, stripe_transfer, at=at)
    council_payments.book(
        f"restitution:{given.uuid}:sent",
        stripe_transfer,
        cents=given.left_cents,
        council_id=given.share.council_id,
        sale_id=given.share.sale_id,
    )
    council_months.refresh_of_sale(given.share.sale_id, stripe_transfer.created_at)


def on_refusal(call: StripeCall, problem: Problem, at: dt.datetime) -> None:
    """Note that a restitution could not leave."""
    council_payments.record_refusal("restitution", _locked(call.subject_id), problem, at=at)
