"""Money sent to a council's account: a share, a restitution after a won appeal, its VAT.

All three are sent by a frozen Stripe call and booked alike once Stripe has made the transfer. If
Stripe refused because of the account, the account is fetched again.
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
    """Set off the council's debts, and write the Stripe call that transfers the rest.

    `key` identifies the row in the keys of the set-off bookings.
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
    """Book a transfer from the platform's balance to a council's."""
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
    """Fetch the council's account again if it caused the refusal; ignore a deleted account."""
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
