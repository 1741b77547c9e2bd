"""Transfers to a council when a share is due: less its debts, by a single call, booked once."""

import datetime as dt

import pytest

from billing.councils.settlement import (
    accounts,
    council_payments,
    dispute_holds,
    releases,
    taxes,
    transfers,
)
from billing.models import (
    Claim,
    Council,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    Sale,
    Share,
    StateChange,
    StripeCall,
    TaxPayment,
    Transfer,
)
from billing.stripe.gateway.values import Transfer as StripeTransfer
from billing.stripe.rules.answers import Problem
from saas.catalogue.placements.models import Campaign
from tests.billing.conftest import Committing, Reported
from tests.factories.billing import make_council, make_sale
from tests.factories.records import make_dispute, make_statement
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


@pytest.fixture
def council(db: None) -> Council:
    return make_council("north", account="acct_north")


@pytest.fixture
def share(council: Council, campaign: Campaign) -> Share:
    """Return a share of 40.00, already due."""
    make_sale(campaign, at=AT)
    Share.objects.update(release_at=AT)
    return Share.objects.get()


@pytest.fixture
def tax(council: Council) -> TaxPayment:
    """2.00 of VAT that are due."""
    bill = make_statement(council.pk, at=AT, vat_cents=200)
    return TaxPayment.objects.create(statement=bill, amount_cents=200, due_at=AT)


@pytest.fixture
def call(share: Share) -> StripeCall:
    """Return the call of the share's transfer, already in flight."""
    releases.release(share.pk, at=AT)
    found = StripeCall.objects.get(kind="transfer")
    transfers.on_send(found, AT)
    return found


def again(tax: TaxPayment) -> TaxPayment:
    return TaxPayment.objects.select_related("statement").get(pk=tax.pk)


def params(call: StripeCall) -> dict[str, object]:
    return {key: value for key, value in call.params.items() if key != "metadata"}


def test_a_share_leaves_out_of_its_charge(share: Share) -> None:
    releases.release(share.pk, at=AT - A_DAY)
    assert Share.objects.get().state == "held"
    releases.release(share.pk, at=AT)
    sent = Share.objects.select_related("sale__payment").get()
    assert (sent.state, sent.is_due, sent.released_at) == ("sending", True, AT)
    transfer = Transfer.objects.get()
    assert (transfer.amount_cents, transfer.created_at) == (4_000, AT)
    call = StripeCall.objects.get(kind="transfer")
    assert call.subject_id == transfer.pk
    assert params(call) == {
        "amount": 4_000,
        "currency": "eur",
        "destination": "acct_north",
        "source_transaction": sent.sale.payment.charge,
        "transfer_group": sent.sale.transfer_group,
    }
    due = LedgerTransaction.objects.get(kind="due")
    assert (due.business_key, due.occurred_at) == (f"share:{share.reference}:due", AT)
    releases.release(share.pk, at=AT)
    assert Transfer.objects.count() == 1


def test_share_set_off_in_part_before_is_not_due_again(share: Share) -> None:
    Share.objects.update(state="releasable", is_due=True, released_at=AT, netted_cents=1_000)
    Claim.objects.create(share=share, amount_cents=9_000, state="owed", due_at=AT)
    releases.release(share.pk, at=AT)
    taken = Share.objects.get()
    assert (taken.netted_cents, taken.state) == (4_000, "netted")
    assert Claim.objects.get().settled_cents == 3_000
    assert not Transfer.objects.exists()


def test_a_share_that_arrived_is_booked_at_its_moment(call: StripeCall) -> None:
    assert Transfer.objects.get().state == "in_flight"
    transfers.on_success(call, StripeTransfer("tr_1", 4_000, "", AT + A_DAY), AT + 2 * A_DAY)
    transfer, arrived = Transfer.objects.get(), Share.objects.get()
    assert (transfer.state, transfer.stripe_id, transfer.done_at) == ("done", "tr_1", AT + A_DAY)
    assert (arrived.state, arrived.transferred_at) == ("transferred", AT + A_DAY)
    booked = LedgerTransaction.objects.get(kind="transferred")
    assert (booked.business_key, booked.source_ref) == (f"transfer:{transfer.uuid}", "tr_1")
    assert booked.occurred_at == AT + A_DAY


def test_history_of_a_share_names_who_released_and_who_sent_it(call: StripeCall) -> None:
    transfers.on_success(call, StripeTransfer("tr_1", 4_000, "", AT), AT)
    history = StateChange.objects.filter(machine__in=["share", "transfer"]).order_by("pk")
    assert list(history.values_list("machine", "trigger", "by")) == [
        ("share", "released", "horloge"),
        ("share", "sending", "horloge"),
        ("transfer", "sent", "Stripe"),
        ("transfer", "done", "Stripe"),
        ("share", "transferred", "Stripe"),
    ]


def test_month_of_an_arrived_share_is_reported(
    call: StripeCall, committing: Committing, reported: Reported
) -> None:
    with committing():
        arrived = StripeTransfer("tr_1", 4_000, "", AT + 10 * A_DAY)
        transfers.on_success(call, arrived, AT + 11 * A_DAY)
    assert reported == [("north", dt.date(2026, 12, 1))]


@pytest.mark.parametrize(
    ("code", "state"), [("balance_insufficient", "releasable"), ("closed", "waiting_account")]
)
def test_refused_share_waits_for_us_or_its_account(call: StripeCall, code: str, state: str) -> None:
    transfers.on_refusal(call, Problem(status=400, code=code, message="no"), AT)
    transfer = Transfer.objects.get()
    assert (transfer.state, Share.objects.get().state) == ("refused", state)
    assert transfer.refusal == code


@pytest.mark.parametrize("code", ["balance_insufficient", "closed"])
def test_refused_share_is_kept_back_where_a_bank_contests_it(call: StripeCall, code: str) -> None:
    sale = Sale.objects.get()
    make_dispute(Payment.objects.get(), at=AT, sale_id=sale.pk, amount_cents=24_000)
    transfers.on_refusal(call, Problem(status=400, code=code, message="no"), AT)
    assert Share.objects.get().state == "frozen"


def test_a_share_waits_for_its_account_and_goes_on_once_it_is_active(share: Share) -> None:
    Council.objects.update(account_state="restricted")
    releases.release(share.pk, at=AT)
    assert Share.objects.get().state == "waiting_account"
    releases.release(share.pk, at=AT)
    assert Share.objects.get().state == "waiting_account"
    Council.objects.update(account_state="active")
    releases.release(share.pk, at=AT)
    assert Share.objects.get().state == "sending"


def test_a_share_that_a_debt_eats_up_sends_nothing(share: Share) -> None:
    Claim.objects.create(share=share, amount_cents=4_000, state="owed", due_at=AT)
    releases.release(share.pk, at=AT)
    netted = Share.objects.get()
    assert (netted.state, netted.netted_cents, netted.is_due) == ("netted", 4_000, True)
    assert not Transfer.objects.exists()


def test_vat_leaves_by_a_call_that_names_its_statement(tax: TaxPayment) -> None:
    taxes.release(tax.pk, at=AT - A_DAY)
    assert again(tax).state == "due"
    taxes.release(tax.pk, at=AT)
    taxes.release(tax.pk, at=AT)
    assert (again(tax).state, again(tax).netted_cents) == ("sending", 0)
    call = StripeCall.objects.get(kind="tax")
    assert call.subject_id == tax.pk
    assert params(call) == {
        "amount": 200,
        "currency": "eur",
        "destination": "acct_north",
        "transfer_group": f"statement_{tax.statement.reference}",
    }


def test_vat_that_arrived_is_booked_at_its_moment(tax: TaxPayment, council: Council) -> None:
    taxes.release(tax.pk, at=AT)
    call = StripeCall.objects.get(kind="tax")
    taxes.on_success(call, StripeTransfer("tr_1", 200, "", AT + A_DAY), AT + 2 * A_DAY)
    done = again(tax)
    assert (done.state, done.stripe_id, done.done_at) == ("done", "tr_1", AT + A_DAY)
    booked = LedgerTransaction.objects.get()
    assert (booked.business_key, booked.kind) == (f"tax:{tax.uuid}:sent", "tax_sent")
    assert (booked.occurred_at, booked.source_ref) == (AT + A_DAY, "tr_1")
    written = LedgerEntry.objects.values_list("account", "amount_cents", "council", "sale")
    entries: set[tuple[str, int, int, int | None]] = set(written)
    assert entries == {
        ("share.due", 200, council.pk, None),
        ("stripe.balance", -200, council.pk, None),
    }


def test_vat_that_could_not_leave_is_due_again(tax: TaxPayment) -> None:
    taxes.release(tax.pk, at=AT)
    call = StripeCall.objects.get(kind="tax")
    taxes.on_refusal(call, Problem(status=400, code="closed", message="no"), AT)
    assert (again(tax).state, again(tax).refusal) == ("due", "closed")


def test_a_part_of_the_vat_is_set_off_and_the_rest_leaves(share: Share, tax: TaxPayment) -> None:
    Claim.objects.create(share=share, amount_cents=150, state="owed", due_at=AT)
    taxes.release(tax.pk, at=AT)
    assert (again(tax).state, again(tax).netted_cents) == ("sending", 150)
    assert StripeCall.objects.get(kind="tax").params["amount"] == 50
    key = LedgerTransaction.objects.get(kind="netted").business_key
    assert key.endswith(f":tax:{tax.uuid}")


def test_vat_that_a_debt_eats_up_is_over(share: Share, tax: TaxPayment) -> None:
    Claim.objects.create(share=share, amount_cents=200, state="owed", due_at=AT)
    taxes.release(tax.pk, at=AT)
    assert (again(tax).state, again(tax).netted_cents) == ("netted", 200)
    assert not StripeCall.objects.filter(kind="tax").exists()


@pytest.mark.parametrize(
    ("destination", "code", "looks"),
    [
        ("acct_north", "closed", True),
        ("acct_north", "balance_insufficient", False),
        ("acct_stranger", "closed", False),
    ],
)
def test_an_account_is_looked_at_where_it_was_the_reason(
    council: Council, monkeypatch: pytest.MonkeyPatch, *, destination: str, code: str, looks: bool
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(accounts, "sync", lambda council_id, **_: seen.append(council_id))
    call = StripeCall(kind="tax", params={"destination": destination})
    council_payments.refetch_account(call, Problem(status=400, code=code), AT)
    assert seen == ([council.pk] if looks else [])


A_SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("is_due", "before", "state"),
    [
        pytest.param(False, A_SECOND, "held", id="its hold is not over"),
        pytest.param(False, dt.timedelta(), "releasable", id="its hold is over"),
        pytest.param(True, A_SECOND, "releasable", id="it was let go before"),
    ],
)
def test_a_share_that_is_let_go_of_waits_for_the_rest_of_its_hold(
    payment: Payment, *, is_due: bool, before: dt.timedelta, state: str
) -> None:
    released_at = AT if is_due else None
    Share.objects.update(release_at=AT, is_due=is_due, released_at=released_at)
    share = Share.objects.get()
    dispute_holds.hold(share.sale_id, at=AT - before)
    assert Share.objects.get().state == "frozen"
    dispute_holds.release(share.sale_id, at=AT - before)
    assert Share.objects.get().state == state
