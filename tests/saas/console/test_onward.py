"""Each state on an operator's page is shown with the next step and its date."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db.models import Model

from billing import clock
from billing.models import (
    Case,
    Claim,
    Council,
    Invoice,
    Order,
    Payment,
    Refund,
    Restitution,
    Share,
    StripeCall,
    TaxPayment,
    Transfer,
)
from billing.transitions.machines import MACHINES
from billing.wording import onward, outlook
from tests.billing.adjustments.settlement.test_disputes import contest
from tests.billing.councils.settlement.test_taxes import DECEMBER, make_vat_payer
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.factories.records import make_done_change, make_event
from tests.fixtures.billing import Till, begins_with
from tests.fixtures.people import SpaceClient
from tests.tenants.community.council.reading import text_of, with_plain_spaces


def sold_for_account(till: Till) -> None:
    """Sell for 240 €, a part of it for a council that has an account."""
    till.active_account(make_council("north"))
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))


pytestmark = begins_with(sold_for_account)


def check_next_steps(
    console: SpaceClient,
    page: str,
    row: Model,
    states: Iterable[str],
    next_step: Callable[[str], str],
    *,
    column: str = "state",
) -> None:
    """Set a row to each state, and assert that the page shows its next step."""
    rows = type(row)._default_manager.filter(pk=row.pk)  # noqa: SLF001 - whichever model it is
    for state in states:
        rows.update(**{column: state})
        assert with_plain_spaces(next_step(state)) in text_of(console, page), state


def test_an_order_and_its_payment(console: SpaceClient, order: Order) -> None:
    page, payment = f"/orders/{order.reference}/", Payment.objects.get()

    def of_payment(state: str) -> str:
        return onward.of_payment(
            state, expires_at=payment.expires_at, problem="", is_duplicate=False
        )

    def of_order(state: str) -> str:
        return onward.of_order(state, placed_at=order.placed_at)

    check_next_steps(console, page, payment, MACHINES["payment"], of_payment)
    check_next_steps(console, page, order, MACHINES["order"], of_order)


def test_a_share(console: SpaceClient, order: Order) -> None:
    share = Share.objects.get()

    def next_step(state: str) -> str:
        return outlook.of_share(state, release_at=share.release_at, refusal="")

    page = f"/orders/{order.reference}/"
    check_next_steps(console, page, share, MACHINES["share"], next_step)


def test_a_transfer(console: SpaceClient, order: Order, till: Till) -> None:
    till.let_shares_leave()
    transfer = Transfer.objects.get(share__sale__order=order)
    check_next_steps(console, "/transfers/", transfer, MACHINES["transfer"], onward.of_transfer)


def test_refund_and_what_it_asks_of_council(console: SpaceClient, order: Order, till: Till) -> None:
    refund = Refund.objects.create(
        payment=Payment.objects.get(), amount_cents=2_400, requested_at=till.at
    )
    page = f"/refunds/{refund.reference}/"
    nothing: dict[str, Any] = {"came_back": False, "is_confirmed": False, "paid_otherwise": False}
    of_refund = partial(outlook.of_refund, **nothing)
    check_next_steps(console, page, refund, MACHINES["refund"], of_refund)
    claim = Claim.objects.create(
        refund=refund, share=Share.objects.get(), amount_cents=800, due_at=till.at
    )

    def next_step(state: str) -> str:
        return outlook.of_claim(state, since=till.at, by_transfer=False, write_off_requested=False)

    check_next_steps(console, page, claim, MACHINES["claim"], next_step)


def test_dispute_and_what_appeal_gives_back(console: SpaceClient, order: Order, till: Till) -> None:
    dispute = contest(till, order)

    def next_step(state: str) -> str:
        due_at = dispute.evidence_due_at
        return outlook.of_dispute(state, due_at=due_at, answered=False, settled=False)

    page = f"/disputes/{dispute.reference}/"
    check_next_steps(console, page, dispute, MACHINES["dispute"], next_step)
    share = Share.objects.get()
    done: dict[str, Any] = {"stripe_id": "tr_1", "due_at": till.at, "done_at": till.at}
    row = Restitution.objects.create(dispute=dispute, share=share, amount_cents=800, **done)
    check_next_steps(console, page, row, MACHINES["restitution"], onward.of_restitution)


@begins_with(None)
def test_the_vat_of_a_bill(console: SpaceClient, till: Till) -> None:
    till.active_account(make_vat_payer())
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    clock.bill(at=DECEMBER)
    TaxPayment.objects.update(stripe_id="tr_1", done_at=DECEMBER)
    tax = TaxPayment.objects.get()

    def next_step(state: str) -> str:
        return onward.of_tax(state, due_at=tax.due_at, write_off_requested=False)

    check_next_steps(console, "/transfers/", tax, MACHINES["tax"], next_step)


def test_an_invoice(console: SpaceClient, order: Order) -> None:
    paper = Invoice.objects.get(order=order)
    page = f"/desk/invoices/{paper.number}/"
    check_next_steps(console, page, paper, MACHINES["invoice"], onward.of_invoice)


def test_council_and_another_account_for_it(console: SpaceClient, order: Order, till: Till) -> None:
    council = Council.objects.get()
    page = f"/councils/{council.reference}/"
    without = ["none", "no_legal_personality"]
    for account, states in (
        (council.stripe_account, [state for state in MACHINES["council"] if state not in without]),
        ("", without),
    ):
        Council.objects.update(stripe_account=account, account_state=states[0])
        check_next_steps(console, page, council, states, onward.of_account, column="account_state")
    accounts = {"old_account": council.stripe_account, "new_account": "acct_new"}
    change = make_done_change(council.pk, at=till.at, **accounts)

    def next_step(state: str) -> str:
        return onward.of_change(state, asked_at=till.at, confirmed_at=till.at)

    check_next_steps(console, page, change, MACHINES["change"], next_step)


def test_calls_and_events_that_wait_say_what_follows(console: SpaceClient, till: Till) -> None:
    call = StripeCall.objects.create(
        kind="refund", subject_id=1, params={}, key="k", failure="timeout"
    )
    shown = [state for state in StripeCall.State.values if state != "done"]
    check_next_steps(
        console, "/jobs/", call, shown, partial(onward.of_call, kind="refund", next_at=None)
    )
    for kind, words in (
        ("checkout", "Le commerçant lit que le paiement ne s’est pas ouvert"),
        ("evidence", "La réponse n’est pas partie"),
        ("stop", "L’abonnement reste chez Stripe comme il était."),
    ):
        StripeCall.objects.filter(pk=call.pk).update(kind=kind, state="failed")
        assert words in text_of(console, "/jobs/")
    check_next_steps(console, "/jobs/", make_event("x.y"), ["parked"], onward.of_event)


def test_difference_between_stripe_and_books(console: SpaceClient, till: Till, agathe: int) -> None:
    case = Case.objects.create(
        kind="missing", subject="txn_1", opened_at=till.at, closed_by_id=agathe, explanation="vu"
    )
    page = f"/reconciliation/{case.reference}/"
    check_next_steps(console, page, case, Case.State.values, onward.of_case)
