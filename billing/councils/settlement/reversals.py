"""Claims on councils: by a reversal of their transfer, else owed until the next transfer."""

import datetime as dt

from django.db import transaction

from billing.councils.settlement import dashboard_reversals
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Claim, Share, StripeCall, Transfer
from billing.stripe.calls.prepare import prepare
from billing.stripe.gateway import reads
from billing.stripe.gateway import values as stripe
from billing.stripe.queries.due import open_call_of
from billing.stripe.rules import answers
from billing.stripe.rules.answers import Problem
from billing.transitions.transition import STRIPE, transition

OPEN = (Claim.State.DUE, Claim.State.SENDING, Claim.State.OWED)


def prepare_reversal(reversal: Claim, transfer: Transfer) -> StripeCall:
    """Write the call that takes a part of a transfer back."""
    return prepare(
        StripeCall.Kind.REVERSAL,
        reversal.pk,
        {"amount": reversal.left_cents},
        target=transfer.stripe_id,
    )


def on_send(call: StripeCall, at: dt.datetime) -> None:
    """Note that a reversal is on its way to Stripe."""
    reversal = Claim.objects.select_for_update().get(pk=call.subject_id)
    if reversal.state == Claim.State.DUE:
        transition("claim", reversal, "sent", by=STRIPE, at=at)


def on_success(call: StripeCall, stripe_reversal: stripe.Reversal, at: dt.datetime) -> None:
    """Post a reversal made by a call of ours."""
    reversal = Claim.objects.select_related("transfer").get(pk=call.subject_id)
    if reversal.transfer is not None:
        _book(reversal.transfer, stripe_reversal, first=reversal.pk, at=at)


def on_refusal(call: StripeCall, problem: Problem, at: dt.datetime) -> None:
    """Note that nothing came back: there was less left to reverse, or the account is empty."""
    reversal = Claim.objects.select_for_update().get(pk=call.subject_id)
    reversal.refusal = problem.reason
    reversal.save(update_fields=["refusal"])
    trigger = "due" if answers.is_about_the_amount(problem) else "owed"
    transition("claim", reversal, trigger, by=STRIPE, at=at, why=problem.code)


def sync_after_refusal(call: StripeCall, problem: Problem, at: dt.datetime) -> None:
    """Look at the transfer where more was asked back than is left."""
    reversal = Claim.objects.get(pk=call.subject_id)
    if answers.is_about_the_amount(problem):
        refetch_claim(reversal, at=at)


def refetch_claim(reversal: Claim, *, at: dt.datetime) -> None:
    """Fetch the reversals of a claim's transfer; a rest without a pending call becomes a debt."""
    if reversal.transfer_id is not None:
        sync(reversal.transfer_id, at=at)
        _owe_unreversed(reversal.pk, at)


@transaction.atomic
def _owe_unreversed(reversal_id: int, at: dt.datetime) -> None:
    reversal = Claim.objects.select_for_update().get(pk=reversal_id)
    call = open_call_of(StripeCall.Kind.REVERSAL, reversal.pk)
    if reversal.state == Claim.State.DUE and call is None:
        transition("claim", reversal, "owed", by=STRIPE, at=at)


def sync(transfer_id: int, *, at: dt.datetime) -> None:
    """Fetch all reversals of a transfer, and post those that are new."""
    transfer = Transfer.objects.get(pk=transfer_id)
    for stripe_reversal in reads.reversals_of(transfer.stripe_id):
        _apply_snapshot(transfer_id, stripe_reversal, at)


@transaction.atomic
def _apply_snapshot(transfer_id: int, stripe_reversal: stripe.Reversal, at: dt.datetime) -> None:
    ours = None
    if stripe_reversal.call_uuid:
        calls = StripeCall.objects.filter(kind="reversal", uuid=stripe_reversal.call_uuid)
        ours = calls.values_list("subject_id", flat=True).first()
    _book(Transfer.objects.get(pk=transfer_id), stripe_reversal, first=ours, at=at)


def _book(
    transfer: Transfer, stripe_reversal: stripe.Reversal, *, first: int | None, at: dt.datetime
) -> None:
    """Book money that came back, once; it settles its own claim first, then the oldest."""
    share = Share.objects.select_for_update(no_key=True).get(pk=transfer.share_id)
    new = posting.post(
        f"reversal:{stripe_reversal.id}",
        postings.reversed_(
            cents=stripe_reversal.amount_cents,
            council_id=share.council_id,
            sale_id=share.sale_id,
            reversal=stripe_reversal.id,
        ),
        kind="reversed",
        at=stripe_reversal.created_at,
        source=stripe_reversal.id,
    )
    if not new:
        return
    left = _settle(transfer, stripe_reversal, first=first, at=at)
    if left:
        dashboard_reversals.record_unrequested(transfer, stripe_reversal, left)
    mark(share, at)


def _settle(
    transfer: Transfer, stripe_reversal: stripe.Reversal, *, first: int | None, at: dt.datetime
) -> int:
    """Settle open claims with a reversal; return the cents not covered by a claim."""
    left = stripe_reversal.amount_cents
    claims = Claim.objects.select_for_update().filter(transfer=transfer, state__in=OPEN)
    for claim in sorted(claims.order_by("pk"), key=lambda claim: claim.pk != first):
        part = min(left, claim.left_cents)
        claim.settled_cents += part
        claim.settled_at = stripe_reversal.created_at
        claim.save(update_fields=["settled_cents", "settled_at"])
        left -= part
        if claim.left_cents == 0:
            transition("claim", claim, "done", by=STRIPE, at=at)
    return left


def mark(share: Share, at: dt.datetime) -> None:
    """Note how much of a share has come back: all of it, or a part."""
    waiting = Claim.objects.filter(share=share, state__in=OPEN).exists()
    whole = share.amount_cents == 0 and not waiting
    transition("share", share, "reversed" if whole else "reversed_in_part", by=STRIPE, at=at)


@transaction.atomic
def retry(reversal_id: int, *, at: dt.datetime) -> None:
    """Retry the reversal of a council's debt, now that its account's balance covers it."""
    reversal = (
        Claim.objects.select_for_update(of=("self",)).select_related("transfer").get(pk=reversal_id)
    )
    if reversal.state == Claim.State.OWED and reversal.transfer is not None:
        transition("claim", reversal, "due", by=STRIPE, at=at)
        prepare_reversal(reversal, reversal.transfer)
