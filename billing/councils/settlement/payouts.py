"""Money that leaves a Stripe balance for a bank: ours is booked, a council's is shown."""

import datetime as dt

from django.db import transaction

from billing.councils.queries.changes import accounts_of
from billing.councils.settlement import notices, payout_parts
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.ledger.settlement import cases
from billing.models import Case, Council, CouncilNotice, Payout
from billing.stripe.gateway import treasury
from billing.stripe.rules import params
from billing.transitions.transition import STRIPE, transition
from saas.kernel import rows

UNDECIDED = (Payout.State.PENDING, Payout.State.IN_TRANSIT)


def sync(
    stripe_id: str, *, account: str = "", council_id: int | None = None, at: dt.datetime
) -> None:
    """Fetch a payout again, and bring our row and our books to what it says."""
    said = treasury.payout(stripe_id, account=account)
    apply_snapshot(said, account=account, council_id=council_id, at=at)


def sync_lately(council_id: int | None, *, days: int, at: dt.datetime) -> None:
    """Fetch the payouts of some days again, of a council or ours, and all still on their way.

    An account that was replaced pays out what was left on it: it is asked behind the present one.
    """
    since = at - dt.timedelta(days=days)
    accounts = [""] if council_id is None else accounts_of(council_id)
    seen = []
    for account in accounts:
        for said in treasury.payouts_since(since, account=account):
            apply_snapshot(said, account=account, council_id=council_id, at=at)
            seen.append(said.id)
    known = Payout.objects.filter(council=council_id, state__in=UNDECIDED) if accounts else []
    for payout in known:
        if payout.stripe_id not in seen:
            account = payout.account or accounts[0]
            sync(payout.stripe_id, account=account, council_id=council_id, at=at)


@transaction.atomic
def apply_snapshot(
    said: treasury.Payout, *, account: str = "", council_id: int | None, at: dt.datetime
) -> None:
    """Bring a payout to what Stripe says of it; which money is in it is settled once."""
    if said.currency != params.EURO:
        cases.open_case(
            kind=Case.Kind.CURRENCY,
            subject=said.id,
            at=at,
            stripe_cents=said.amount_cents,
            details=f"payout in {said.currency}",
        )
        return
    council = _locked(council_id)
    payout, new = Payout.objects.select_for_update(of=("self",)).get_or_create(
        stripe_id=said.id,
        defaults={
            "council_id": council_id,
            "account": account,
            "state": said.status,
            "amount_cents": said.amount_cents,
            "made_at": said.created_at,
        },
    )
    was = "" if new else payout.state
    _follow(payout, said, at)
    if council is not None and was != Payout.State.FAILED == payout.state:
        _mail_council(council, payout, at)
    if new and said.status not in {"failed", "canceled"}:
        payout_parts.keep(payout)
    if council_id is None:
        _book(said, at)


def _locked(council_id: int | None) -> Council | None:
    if council_id is None:
        return None
    return Council.objects.select_for_update(no_key=True).get(pk=council_id)


def _mail_council(council: Council, payout: Payout, at: dt.datetime) -> None:
    """Have a council's people told that their bank refused a payment, and why."""
    notices.note(
        council,
        CouncilNotice.Kind.PAYOUT_REFUSED,
        at=at,
        cents=payout.amount_cents,
        made_at=payout.made_at.isoformat(),
        failure=payout.failure,
    )


def _follow(payout: Payout, said: treasury.Payout, at: dt.datetime) -> None:
    if payout.state != said.status and not transition(
        "payout", payout, said.status, by=STRIPE, at=at, why=said.failure
    ):
        return
    payout.arrives_on = said.arrives_on
    payout.failure = rows.cut(Payout, "failure", said.failure)
    payout.balance_transaction = said.balance_transaction
    payout.failure_balance_transaction = said.failure_balance_transaction
    payout.save()


def _book(said: treasury.Payout, at: dt.datetime) -> None:
    """Book what left our balance for our bank, and what the bank sent back."""
    left, back = said.balance_transaction, said.failure_balance_transaction
    lines = postings.paid_out(cents=said.amount_cents, payout=said.id)
    returned = postings.paid_out(cents=-said.amount_cents, payout=said.id)
    posting.post_all(
        [
            posting.Event(f"bt:{move}", written, kind, moment, said.id)
            for move, written, kind, moment in (
                (left, lines, "paid_out", said.created_at),
                (back, returned, "payout_failed", at),
            )
            if move
        ]
    )
