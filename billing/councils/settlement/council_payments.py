"""Money that leaves for a council's account: a share, what an appeal gave it again, its VAT.

All leave by a frozen call, are booked alike once Stripe has made it, and where it refused for the
account's sake, that is looked at again.
"""

import datetime as dt

from billing.councils.queries.changes import council_of_account
from billing.councils.settlement import accounts, netting
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Council, Restitution, StripeCall, TaxPayment, Transfer
from billing.stripe.calls.prepare import prepare
from billing.stripe.gateway import values as stripe
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules import answers
from billing.stripe.rules.answers import Problem
from billing.stripe.rules.params import EURO, check_cents
from billing.transitions.machines import Machine
from billing.transitions.transition import CLOCK, STRIPE, transition

type Row = Restitution | TaxPayment


def prepare_transfer(
    kind: StripeCall.Kind, subject_id: int, council: Council, *, cents: int, **more: str
) -> StripeCall:
    """Write the call that sends money to a council; `more` is where it comes from."""
    params = {
        "amount": check_cents(cents),
        "currency": EURO,
        "destination": council.stripe_account,
        **more,
    }
    return prepare(kind, subject_id, params)


def send(
    machine: Machine,
    row: Row,
    council: Council,
    *,
    kind: StripeCall.Kind,
    key: str,
    sale_id: int | None,
    group: str,
    at: dt.datetime,
) -> None:
    """Set off what the council owes, and write the call that sends the rest.

    `key` names the row in the keys of what is set off.
    """
    row.netted_cents += netting.set_off(
        council.pk, row.left_cents, key=key, due_sale_id=sale_id, at=at
    )
    if row.left_cents:
        prepare_transfer(kind, row.pk, council, cents=row.left_cents, transfer_group=group)
    trigger = "sending" if row.left_cents else "netted"
    transition(machine, row, trigger, by=CLOCK, at=at, also=["netted_cents"])


def record_sent(
    machine: Machine, row: Row, stripe_transfer: stripe.Transfer, *, at: dt.datetime
) -> None:
    """Note that a row has left."""
    row.stripe_id, row.done_at = stripe_transfer.id, stripe_transfer.created_at
    transition(machine, row, "done", by=STRIPE, at=at, also=["stripe_id", "done_at"])


def book(
    key: str,
    stripe_transfer: stripe.Transfer,
    *,
    cents: int,
    council_id: int,
    sale_id: int | None,
    kind: str = "transferred",
) -> None:
    """Book what a transfer took from our balance to a council's."""
    lines = postings.transferred(
        cents=cents, council_id=council_id, sale_id=sale_id, transfer=stripe_transfer.id
    )
    posting.post(key, lines, kind=kind, at=stripe_transfer.created_at, source=stripe_transfer.id)


def record_refusal(
    machine: Machine, row: Row | Transfer, problem: Problem, *, at: dt.datetime
) -> None:
    """Note that money could not leave; the clock tries again once it can."""
    row.refusal = problem.reason
    transition(machine, row, "refused", by=STRIPE, at=at, why=problem.code, also=["refusal"])


def refetch_account(call: StripeCall, problem: Problem, at: dt.datetime) -> None:
    """Look how the council's account stands when it was the reason; it may be gone."""
    account = call.params["destination"]
    council_id = council_of_account(account)
    if council_id is None or not answers.is_about_the_account(problem):
        return
    try:
        accounts.sync(council_id, at=at)
    except StripeCallFailed as no:
        if not answers.is_gone(no.problem):
            raise
        accounts.lose(council_id, account, at=at)
