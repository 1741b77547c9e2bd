"""A share on its way to the council's account."""

import datetime as dt

from billing.councils.settlement import (
    claims,
    council_months,
    council_payments,
    dispute_holds,
    reversals,
)
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Claim, Council, Sale, Share, StripeCall, Transfer
from billing.stripe.gateway import values as stripe
from billing.stripe.rules import answers
from billing.stripe.rules.answers import Problem
from billing.transitions.transition import (
    STRIPE,
    Transition,
    save,
    transition,
    transition_unless_moved,
)
from saas.kernel.database import rows

_BEHIND = "transfer_id = %s AND state = 'due' ORDER BY id"
_SENT = """
    billing_share JOIN billing_transfer ON billing_transfer.share_id = billing_share.id
    WHERE billing_transfer.id = %s FOR UPDATE OF billing_share, billing_transfer
"""


def prepare_transfer(transfer: Transfer, council: Council, sale: Sale) -> StripeCall:
    """Write the call that sends a share: out of the very charge that brought it."""
    return council_payments.prepare_transfer(
        StripeCall.Kind.TRANSFER,
        transfer.pk,
        council,
        cents=transfer.amount_cents,
        source_transaction=sale.payment.charge,
        transfer_group=sale.transfer_group,
    )


def on_send(call: StripeCall, at: dt.datetime) -> None:
    """Note that a transfer is on its way to Stripe."""
    transfer = Transfer(pk=call.subject_id, state=Transfer.State.PENDING)
    transition_unless_moved("transfer", transfer, "sent", by=STRIPE, at=at)


def _locked(call: StripeCall) -> tuple[Share, Transfer]:
    """Lock the share first: all changes of a share happen under the lock of its row."""
    [(share, transfer)] = rows.together((Share, Transfer), _SENT, [call.subject_id])
    return share, transfer


def on_success(call: StripeCall, stripe_transfer: stripe.Transfer, at: dt.datetime) -> None:
    """Post a transferred share, and claim back amounts refunded meanwhile."""
    share, transfer = _locked(call)
    transfer.stripe_id, transfer.done_at = stripe_transfer.id, stripe_transfer.created_at
    share.transferred_at = stripe_transfer.created_at
    going = Transition("transfer", transfer, by=STRIPE, at=at)
    arriving = Transition("share", share, by=STRIPE, at=at)
    going.apply("done", also=["stripe_id", "done_at"])
    arriving.apply("transferred", also=["transferred_at"])
    save(going, arriving)
    council_payments.book(
        f"transfer:{transfer.uuid}",
        stripe_transfer,
        cents=transfer.amount_cents,
        council_id=share.council_id,
        sale_id=share.sale_id,
    )
    for claim in rows.read(Claim, _BEHIND, [transfer.pk]):
        reversals.prepare_reversal(claim, transfer)
    council_months.refresh_of_council(share.council_id, stripe_transfer.created_at)


def on_refusal(call: StripeCall, problem: Problem, at: dt.datetime) -> None:
    """Note that a share could not leave: it waits for our balance, or for the council's account."""
    share, transfer = _locked(call)
    council_payments.record_refusal("transfer", transfer, problem, at=at)
    trigger = "waits" if answers.is_about_the_account(problem) else "refused"
    transition("share", share, trigger, by=STRIPE, at=at, why=problem.code)
    _set_claims_off(share, transfer, at)
    claims.end_if_nothing_is_left(share, at=at)
    dispute_holds.hold_if_contested(share, at=at)


def _set_claims_off(share: Share, transfer: Transfer, at: dt.datetime) -> None:
    """Settle claims on a transfer that was never sent: their amount is not sent."""
    for claim in Claim.objects.select_for_update().filter(transfer=transfer, state=Claim.State.DUE):
        posting.post(
            f"reversal:{claim.uuid}:set_off",
            postings.netted(
                cents=claim.left_cents,
                council_id=share.council_id,
                due_sale_id=share.sale_id,
                owed_sale_id=share.sale_id,
            ),
            kind="netted",
            at=at,
        )
        claim.settled_cents, claim.settled_at = claim.amount_cents, at
        claim.save(update_fields=["settled_cents", "settled_at"])
        transition("claim", claim, "netted", by=STRIPE, at=at)
