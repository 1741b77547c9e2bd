"""A share on its way to the council's account."""

import datetime as dt

from billing import ledger
from billing.gateway import values as stripe
from billing.models import Council, Reversal, Sale, Share, StripeIntent, Transfer
from billing.rules import answers, checks, postings
from billing.rules.answers import Problem
from billing.settlement import accounts, reversals, telling
from billing.settlement.frozen import prepare
from billing.settlement.moves import STRIPE, move


def freeze(transfer: Transfer, council: Council, sale: Sale) -> StripeIntent:
    """Write the call that sends a share: out of the very charge that brought it."""
    return prepare(
        StripeIntent.Kind.TRANSFER,
        transfer.pk,
        {
            "amount": checks.check_cents(transfer.amount_cents),
            "currency": checks.EURO,
            "destination": council.stripe_account,
            "source_transaction": sale.payment.charge,
            "transfer_group": sale.transfer_group,
        },
    )


def sent(intent: StripeIntent, at: dt.datetime) -> None:
    """Note that a transfer is on its way to Stripe."""
    transfer = Transfer.objects.select_for_update().get(pk=intent.subject_id)
    if transfer.state == Transfer.State.PENDING:
        move("transfer", transfer, "sent", by=STRIPE, at=at)


def _locked(intent: StripeIntent) -> tuple[Share, Transfer]:
    """Lock the share first: everything about one share happens under its row's lock."""
    share_id = Transfer.objects.values_list("share_id", flat=True).get(pk=intent.subject_id)
    share = Share.objects.select_for_update(of=("self",)).select_related("sale").get(pk=share_id)
    return share, Transfer.objects.select_for_update().get(pk=intent.subject_id)


def made(intent: StripeIntent, said: stripe.Transfer, at: dt.datetime) -> None:
    """Book a share that has left, and claim back what was refunded meanwhile."""
    share, transfer = _locked(intent)
    transfer.stripe_id = said.id
    transfer.done_at = said.created_at
    transfer.save(update_fields=["stripe_id", "done_at"])
    move("transfer", transfer, "done", by=STRIPE, at=at)
    share.transferred_at = said.created_at
    share.save(update_fields=["transferred_at"])
    move("share", share, "transferred", by=STRIPE, at=at)
    ledger.post(
        f"transfer:{transfer.uuid}",
        postings.transferred(
            cents=transfer.amount_cents,
            council_id=share.council_id,
            sale_id=share.sale_id,
            transfer=said.id,
        ),
        kind="transferred",
        at=said.created_at,
        source=said.id,
    )
    for claim in Reversal.objects.filter(transfer=transfer, state=Reversal.State.DUE):
        reversals.freeze(claim, transfer)
    telling.tell(share.sale, said.created_at)


def refused(intent: StripeIntent, problem: Problem, at: dt.datetime) -> None:
    """Note that a share could not leave: it waits for our balance, or for the council's account."""
    share, transfer = _locked(intent)
    transfer.refusal = problem.message[:200]
    transfer.save(update_fields=["refusal"])
    move("transfer", transfer, "refused", by=STRIPE, at=at, why=problem.code)
    trigger = "waits" if answers.is_about_the_account(problem) else "refused"
    move("share", share, trigger, by=STRIPE, at=at, why=problem.code)
    _set_claims_off(share, transfer, at)
    if share.amount_cents == share.netted_cents:
        move("share", share, "refunded", by=STRIPE, at=at)


def _set_claims_off(share: Share, transfer: Transfer, at: dt.datetime) -> None:
    """Settle what was claimed behind a transfer that never left: it is simply not sent."""
    for claim in Reversal.objects.select_for_update().filter(
        transfer=transfer, state=Reversal.State.DUE
    ):
        ledger.post(
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
        move("reversal", claim, "netted", by=STRIPE, at=at)


def converge_account_after_refusal(intent: StripeIntent, problem: Problem, at: dt.datetime) -> None:
    """Look how the council's account stands when it was the reason."""
    if answers.is_about_the_account(problem):
        council_id = Transfer.objects.values_list("share__council_id", flat=True).get(
            pk=intent.subject_id
        )
        accounts.converge(council_id, at=at)
