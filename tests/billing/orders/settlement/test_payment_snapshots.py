"""Stripe's answers about a payment page, word by word: paid, running, refused, fitting nothing."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import (
    Case,
    Invoice,
    LedgerEntry,
    LedgerTransaction,
    Order,
    Payment,
    Refund,
    Sale,
    SaleTerms,
    Share,
    StateChange,
    StripeCall,
    Subscription,
)
from billing.orders.settlement import payments
from billing.papers.notifications import mail_invoice
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import BalanceTransaction, PaymentIntent
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import counts as placements
from saas.catalogue.placements.models import Campaign
from tenants.spaces.models import Tenant
from tests.billing.orders.settlement.payment_page import Page
from tests.factories.billing import make_council, make_merchant_user
from tests.fixtures.months import make_subscription
from tests.fixtures.people import AT
from tests.saas.catalogue.making import draw_up, make_merchant, run_campaign

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


@pytest.fixture
def page(campaign: Campaign) -> Page:
    make_council("north")
    return Page(campaign, AT)


def fees() -> list[tuple[str, dt.datetime]]:
    booked = LedgerTransaction.objects.filter(kind="fee")
    return list(booked.values_list("business_key", "occurred_at"))


def test_collected_payment_is_stored_with_its_charge_and_fee(page: Page) -> None:
    assert page.says(at=AT + A_DAY) == ""
    payment = page.payment()
    assert (payment.state, payment.charge, payment.method) == ("succeeded", page.charge.id, "card")
    assert (payment.succeeded_at, payment.is_duplicate) == (AT, False)
    assert (Sale.objects.get().collected_at, page.order().paid_at) == (AT, AT)
    assert page.charge.balance_transaction
    assert (payment.balance_transaction, payment.fee_cents) == (
        page.charge.balance_transaction.id,
        43,
    )
    assert fees() == [(f"bt:{page.charge.balance_transaction.id}", AT)]
    assert page.order().state == "paid"
    assert not StripeCall.objects.filter(kind="group").exists()


def test_debit_read_late_bears_the_day_of_its_bank(page: Page) -> None:
    debit = page.debit(created_at=AT - 6 * A_DAY, agreed_at=AT - A_DAY)
    page.says(at=AT + A_DAY, intent=page.attempt("succeeded", charge=debit))
    assert Sale.objects.get().collected_at == AT - A_DAY
    assert Invoice.objects.get().issued_at == AT - A_DAY
    booked = LedgerTransaction.objects.filter(kind__in=["invoiced", "captured", "shared"])
    assert set(booked.values_list("occurred_at", flat=True)) == {AT - A_DAY}


def test_debit_without_its_event_is_collected_when_read(page: Page) -> None:
    page.says(at=AT + A_DAY, intent=page.attempt("succeeded", charge=page.debit()))
    assert Sale.objects.get().collected_at == AT + A_DAY


def test_collected_payment_is_written_in_one_update(page: Page) -> None:
    with CaptureQueriesContext(connection) as queries:
        page.says()
    written = [query["sql"].count('UPDATE "billing_payment"') for query in queries]
    assert sum(written) == 1


def test_the_terms_of_its_day_stay_with_a_sale(page: Page) -> None:
    page.says()
    columns = ["sale", "council__name", "net_cents", "rate_bp", "weight", "weight_total"]
    stored = SaleTerms.objects.values_list(*columns)
    assert list(stored) == [(Sale.objects.get().pk, "CSE north", 10_000, 4_000, 100, 100)]


def test_a_fee_that_is_known_late_is_booked_once(page: Page) -> None:
    silent = dataclasses.replace(page.charge, balance_transaction=None)
    page.says(intent=page.attempt("succeeded", charge=silent))
    assert (page.payment().fee_cents, fees()) == (None, [])
    page.says()
    page.says()
    assert (page.payment().fee_cents, len(fees())) == (43, 1)
    assert LedgerEntry.objects.get(account="fees.stripe").sale_id == Sale.objects.get().pk
    other = dataclasses.replace(
        page.charge, balance_transaction=BalanceTransaction("txn_other", 1, 1, 0)
    )
    page.says(intent=page.attempt("succeeded", charge=other))
    assert len(fees()) == 1


@pytest.mark.parametrize(
    ("changes", "problem", "cents"),
    [
        ({"amount_cents": 23_999}, "amount 23999, not 24000", 23_999),
        ({"currency": "chf"}, "currency chf", None),
        ({"livemode": True}, "livemode True", 24_000),
    ],
)
def test_payment_that_does_not_fit_is_a_case_until_it_does(
    page: Page, changes: dict[str, Any], problem: str, cents: int | None
) -> None:
    assert page.says(**changes) == problem
    assert (page.payment().problem, page.payment().payment_intent) == (problem, page.intent.id)
    case = Case.objects.get()
    assert (case.kind, case.subject, case.state) == ("misfit", page.paid.id, "open")
    assert (case.stripe_cents, case.ledger_cents) == (cents, 24_000)
    assert case.details == f"{page.order().reference}: {problem}"
    assert not Sale.objects.exists()
    assert page.says() == ""
    case.refresh_from_db()
    assert (case.state, page.payment().problem, page.order().state) == ("explained", "", "paid")


def test_mismatch_that_somebody_closed_is_not_shown_again(page: Page) -> None:
    page.says(currency="chf")
    Case.objects.update(state="closed", closed_by=make_merchant_user("Opale"), explanation="Rendu")
    page.says(currency="chf")
    assert Case.objects.get().state == "closed"


def test_a_debit_runs_from_the_day_on_which_it_is_made(page: Page) -> None:
    running = page.attempt("processing", charge=page.debit(balance_transaction=None))
    page.says(payment_status="unpaid", intent=running)
    payment = page.payment()
    assert (payment.state, payment.debited_on) == ("processing", AT.date())
    assert (payment.charge, payment.method) == (page.charge.id, "sepa_debit")
    assert payment.payment_intent == page.intent.id
    assert page.order().state == "processing"
    page.says(at=AT + A_DAY, payment_status="unpaid", intent=running)
    assert page.payment().debited_on == AT.date()
    page.says(at=AT + 5 * A_DAY, intent=page.attempt("succeeded", charge=page.debit()))
    assert page.payment().succeeded_at == AT + 5 * A_DAY
    assert Sale.objects.get().collected_at == AT + 5 * A_DAY


def test_a_debit_of_after_midnight_is_of_the_new_day(page: Page) -> None:
    debit = page.debit(balance_transaction=None, created_at=AT.replace(hour=23, minute=0))
    running = page.attempt("processing", charge=debit)
    page.says(at=AT + 2 * A_DAY, payment_status="unpaid", intent=running)
    assert page.payment().debited_on == AT.date() + A_DAY


@pytest.mark.parametrize("status", ["requires_payment_method", "canceled"])
def test_refused_debit_costs_a_fee_and_reopens_its_order(page: Page, status: str) -> None:
    Payment.objects.update(mailed_at=AT)
    page.says(payment_status="unpaid", intent=page.attempt("processing"))
    refused = page.attempt(status, code="x" * 100, charge=page.debit(method="y" * 30))
    for _ in range(2):
        page.says(payment_status="unpaid", intent=refused)
    payment = page.payment()
    assert (payment.state, payment.decline_code, payment.mailed_at) == ("failed", "x" * 60, None)
    assert payment.method == "y" * 20
    assert page.order().state == "priced"
    assert len(fees()) == 1
    Payment.objects.update(mailed_at=AT)
    page.says(payment_status="unpaid", intent=refused)
    assert page.payment().mailed_at == AT


@pytest.mark.parametrize("status", ["requires_payment_method", "canceled"])
def test_a_debit_that_ends_before_it_was_made_costs_nothing(page: Page, status: str) -> None:
    page.says(payment_status="unpaid", intent=page.attempt("processing"))
    page.says(payment_status="unpaid", intent=page.attempt(status))
    assert (page.payment().state, page.order().state, fees()) == ("failed", "priced", [])


def test_a_page_without_any_attempt_waits(page: Page) -> None:
    page.says(payment_status="unpaid", intent=None)
    assert (page.payment().state, page.order().state) == ("opened", "awaiting_payment")


def test_the_method_of_what_is_collected_is_cut_to_its_column(page: Page) -> None:
    long = dataclasses.replace(page.charge, method="y" * 30)
    page.says(intent=page.attempt("succeeded", charge=long))
    assert page.payment().method == "y" * 20


def test_a_card_that_is_refused_may_try_again_on_the_same_page(page: Page) -> None:
    declined = page.attempt("requires_payment_method", code="x" * 100)
    page.says(status="open", payment_status="unpaid", intent=declined)
    page.says(at=AT + A_DAY, status="open", payment_status="unpaid", intent=declined)
    payment = page.payment()
    assert (payment.state, payment.decline_code, payment.declined_at) == ("opened", "x" * 60, AT)
    page.says(status="open", payment_status="unpaid", intent=page.attempt("processing"))
    assert page.payment().decline_code == "x" * 60


def test_a_page_whose_time_is_over_lets_the_order_be_paid_again(page: Page) -> None:
    page.says(status="expired", payment_status="unpaid", intent=None)
    assert (page.payment().state, page.order().state) == ("expired", "priced")


def test_page_of_a_withdrawn_campaign_takes_its_order_along(page: Page, campaign: Campaign) -> None:
    months = make_subscription(campaign, at=AT)
    Order.objects.update(subscription=months)
    Campaign.objects.update(withdrawn_at=AT)
    page.says(status="expired", payment_status="unpaid", intent=None)
    assert page.order().state == "cancelled"
    assert StateChange.objects.get(machine="order", trigger="cancelled").why == "withdrawn"
    assert Subscription.objects.get().state == "ended"


def test_payment_of_a_withdrawn_campaign_goes_back(page: Page, campaign: Campaign) -> None:
    months = make_subscription(campaign, at=AT, stripe_id="sub_1", state="active")
    Order.objects.update(subscription=months)
    Campaign.objects.update(withdrawn_at=AT)
    page.says()
    refund = Refund.objects.get()
    assert (refund.origin, refund.amount_cents) == ("withdrawn", 24_000)
    assert (refund.state, refund.requested_at) == ("approved", AT)
    assert not Share.objects.exclude(state="cancelled").exists()
    assert StripeCall.objects.get(kind="end").target == "sub_1"


@pytest.mark.parametrize("state", ["paid", "refunded", "cancelled"])
def test_second_payment_of_an_order_goes_back(page: Page, campaign: Campaign, state: str) -> None:
    months = make_subscription(campaign, at=AT, stripe_id="sub_1", state="active")
    Order.objects.update(state=state, subscription=months)
    page.says(at=AT + A_DAY)
    assert page.payment().is_duplicate
    assert not Sale.objects.exists()
    refund = Refund.objects.get()
    assert (refund.origin, refund.amount_cents, refund.sale_id) == ("duplicate", 24_000, None)
    booked = LedgerTransaction.objects.get(kind="captured")
    assert booked.business_key == f"payment:{page.payment().uuid}:captured"
    assert (booked.occurred_at, booked.source_ref) == (AT, page.charge.id)
    assert len(fees()) == 1
    assert StripeCall.objects.filter(kind="end").exists() == (state == "cancelled")


def test_the_charge_of_a_month_joins_the_group_of_its_transfers(page: Page) -> None:
    page.says(invoice="in_1")
    call = StripeCall.objects.get(kind="group")
    assert (call.target, call.subject_id) == (page.charge.id, page.pk)
    assert call.params["transfer_group"] == Sale.objects.get().transfer_group
    page.says()
    assert page.payment().stripe_invoice == "in_1"


def test_the_number_of_what_is_collected_each_month_is_kept_until_it_is_paid(
    page: Page, campaign: Campaign
) -> None:
    Order.objects.update(subscription=make_subscription(campaign, at=AT))
    page.says(subscription="sub_1")
    assert Subscription.objects.get().stripe_id == "sub_1"
    page.says(subscription="sub_2")
    assert not StripeCall.objects.filter(kind="end").exists()


def test_a_page_that_was_closed_at_our_wish_is_over_at_once(page: Page) -> None:
    call = StripeCall(kind="expire", subject_id=page.pk)
    unpaid = dataclasses.replace(page.paid, payment_status="unpaid", intent=None)
    payments.on_expire_success(call, dataclasses.replace(unpaid, status="open"), AT)
    assert page.payment().state == "opened"
    payments.on_expire_success(call, dataclasses.replace(unpaid, status="expired"), AT)
    assert (page.payment().state, page.order().state) == ("expired", "priced")


def refetch(page: Page, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Refetch the page, and apply Stripe's current snapshot."""
    snapshot = dataclasses.replace(page.paid, **changes)
    monkeypatch.setattr(
        reads, "session", lambda session_id, **_: {page.paid.id: snapshot}[session_id]
    )
    payments.sync(page.pk, at=page.at)


def test_booked_payment_is_read_again_in_one_statement_without_a_lock(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.says(invoice="in_1")
    for invoice in ("in_1", ""):
        with CaptureQueriesContext(connection) as queries:
            refetch(page, monkeypatch, invoice=invoice)
        assert len(queries) == 1


@pytest.mark.parametrize(
    ("changes", "column", "stored"),
    [
        ({"invoice": "in_1"}, "stripe_invoice", "in_1"),
        (
            {"intent": PaymentIntent("pi_new", "succeeded", "", "", None)},
            "payment_intent",
            "pi_new",
        ),
    ],
)
def test_new_details_of_a_booked_payment_are_stored(
    page: Page, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], column: str, stored: str
) -> None:
    page.says()
    refetch(page, monkeypatch, **changes)
    assert getattr(page.payment(), column) == stored
    assert (page.payment().state, Sale.objects.count(), len(fees())) == ("succeeded", 1, 1)


@pytest.mark.parametrize(
    "changed", [{"balance_transaction": ""}, {"problem": "amount"}, {"payment_intent": "pi_other"}]
)
def test_payment_not_known_whole_is_followed(
    page: Page, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str]
) -> None:
    page.says()
    known = Payment.objects.values().get()
    Payment.objects.update(**changed)
    refetch(page, monkeypatch)
    assert Payment.objects.values().get() == known


def test_session_without_intent_undoes_nothing(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.says()
    refetch(page, monkeypatch, intent=None)
    assert (page.payment().state, page.payment().payment_intent) == ("succeeded", page.intent.id)


def test_booked_payment_that_fits_no_longer_is_a_case_until_it_does(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.says()
    page.says(currency="chf")
    assert Case.objects.get().state == "open"
    refetch(page, monkeypatch)
    assert (Case.objects.get().state, page.payment().problem) == ("explained", "")
    assert Sale.objects.count() == 1


def test_payment_for_places_that_were_sold_on_is_refunded_with_a_mail() -> None:
    make_council("north")
    placements.record_places(tenant_schema="north", screens=1, at=AT)
    shop = make_merchant()
    kiosk: dict[str, Any] = {"slots": ["kiosk"], "starts_on": AT.date() + 5 * A_DAY}
    late = Page(draw_up(shop, at=AT, **kiosk), AT)
    lapsed = AT + 2 * A_DAY
    for _number in range(10):
        run_campaign(shop, at=lapsed, **kiosk)
    late.says(at=lapsed)
    refund = Refund.objects.get()
    assert (refund.origin, refund.amount_cents) == ("withdrawn", late.paid.amount_cents)
    assert not Share.objects.exclude(state="cancelled").exists()
    assert not SaleTerms.objects.exists()
    assert Campaign.objects.get(sold_out_at=lapsed).state == "draft"
    mail_invoice(Invoice.objects.get().pk, pdf=None)
    assert "vendue entre-temps" in mail.outbox[0].body
    assert "Votre annonce passe" not in mail.outbox[0].body


@pytest.mark.parametrize("why", ["blocked", "suspended"])
def test_payment_for_what_can_run_nowhere_any_more_goes_back(page: Page, why: str) -> None:
    if why == "blocked":
        Merchant.objects.update(state=Merchant.State.BLOCKED)
    else:
        Tenant.objects.update(state=Tenant.State.SUSPENDED)
    page.says()
    refund = Refund.objects.get()
    assert (refund.origin, refund.amount_cents) == ("withdrawn", page.paid.amount_cents)
    assert not SaleTerms.objects.exists()
    assert Campaign.objects.get().state == "draft"
