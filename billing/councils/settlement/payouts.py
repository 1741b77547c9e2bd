"""Money that leaves a Stripe balance for a bank: ours is booked, a council's is shown."""

import datetime as dt

from django.db import transaction

from billing.councils.queries.changes import accounts_of
from billing.councils.settlement import payout_parts, stranded
from billing.councils.settlement.accounts import record_notice
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.settlement import cases
from billing.models import Case, Council, CouncilNotice, Payout
from billing.stripe.gateway import treasury
from billing.stripe.rules import params
from billing.transitions.transition import STRIPE, transition
from saas.kernel.database import rows

UNDECIDED = (Payout.State.PENDING, Payout.State.IN_TRANSIT)


def sync(
    stripe_id: str, *, account: str = "", council_id: int | None = None, at: dt.datetime
) -> None:
    """Fetch a payout and update its row and the ledger."""
    stripe_payout = treasury.payout(stripe_id, account=account)
    apply_snapshot(stripe_payout, account=account, council_id=council_id, at=at)


def sync_lately(council_id: int | None, *, days: int, at: dt.datetime) -> None:
    """Fetch the payouts of some days, of a council or ours, and all payouts still pending.

    A replaced account pays out its remaining balance: it is fetched after the present account.
    """
    since = at - dt.timedelta(days=days)
    accounts = [""] if council_id is None else accounts_of(council_id)
    seen = []
    for account in accounts:
        for stripe_payout in treasury.payouts_since(since, account=account):
            apply_snapshot(stripe_payout, account=account, council_id=council_id, at=at)
            seen.append(stripe_payout.id)
    known = Payout.objects.filter(council=council_id, state__in=UNDECIDED) if accounts else []
    for payout in known:
        if payout.stripe_id not in seen:
            account = payout.account or accounts[0]
            sync(payout.stripe_id, account=account, council_id=council_id, at=at)


@transaction.atomic
def apply_snapshot(
    stripe_payout: treasury.Payout, *, account: str = "", council_id: int | None, at: dt.datetime
) -> None:
    """Apply a payout as fetched from Stripe; its money is attributed once."""
    if stripe_payout.currency != params.EURO:
        cases.open_case(
            kind=Case.Kind.CURRENCY,
            subject=stripe_payout.id,
            at=at,
            stripe_cents=stripe_payout.amount_cents,
            details=f"payout in {stripe_payout.currency}",
        )
        return
    council = _locked(council_id)
    payout, new = Payout.objects.select_for_update(of=("self",)).get_or_create(
        stripe_id=stripe_payout.id,
        defaults={
            "council_id": council_id,
            "account": account,
            "state": stripe_payout.status,
            "amount_cents": stripe_payout.amount_cents,
            "made_at": stripe_payout.created_at,
        },
    )
    was = "" if new else payout.state
    _follow(payout, stripe_payout, at)
    if council is not None and was != Payout.State.FAILED == payout.state:
        _mail_council(council, payout, at)
        stranded.open_cases(council, at=at)
    if new and stripe_payout.status not in {"failed", "canceled"}:
        payout_parts.record_parts(payout)
    if council_id is None:
        _book(stripe_payout, at)


def _locked(council_id: int | None) -> Council | None:
    if council_id is None:
        return None
    return Council.objects.select_for_update(no_key=True).get(pk=council_id)


def _mail_council(council: Council, payout: Payout, at: dt.datetime) -> None:
    """Have a council's people told that their bank refused a payment, and why."""
    record_notice(
        council,
        CouncilNotice.Kind.PAYOUT_REFUSED,
        at=at,
        cents=payout.amount_cents,
        made_at=payout.made_at.isoformat(),
        failure=payout.failure,
    )


def _follow(payout: Payout, stripe_payout: treasury.Payout, at: dt.datetime) -> None:
    if payout.state != stripe_payout.status and not transition(
        "payout", payout, stripe_payout.status, by=STRIPE, at=at, why=stripe_payout.failure
    ):
        return
    payout.arrives_on = stripe_payout.arrives_on
    payout.failure = rows.cut(Payout, "failure", stripe_payout.failure)
    payout.balance_transaction = stripe_payout.balance_transaction
    payout.failure_balance_transaction = stripe_payout.failure_balance_transaction
    payout.save()


def _book(stripe_payout: treasury.Payout, at: dt.datetime) -> None:
    """Post a payout from our balance to our bank, and its return by the bank."""
    left, back = stripe_payout.balance_transaction, stripe_payout.failure_balance_transaction
    lines = postings.paid_out(cents=stripe_payout.amount_cents, payout=stripe_payout.id)
    returned = postings.paid_out(cents=-stripe_payout.amount_cents, payout=stripe_payout.id)
    posting.post_all(
        [
            posting.Event(f"bt:{move}", written, kind, moment, stripe_payout.id)
            for move, written, kind, moment in (
                (left, lines, "paid_out", stripe_payout.created_at),
                (back, returned, "payout_failed", stripe_payout.returned_at or at),
            )
            if move
        ]
    )
