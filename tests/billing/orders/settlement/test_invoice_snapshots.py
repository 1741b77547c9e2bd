"""Stripe's answers about a month's invoice, word by word: sold once, given back, tried again."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from billing.models import (
    Case,
    LedgerEntry,
    LedgerTransaction,
    Order,
    Payment,
    Refund,
    Sale,
    StripeCall,
    Subscription,
)
from billing.orders.settlement import months, payments
from billing.stripe.events import NeedsOperator
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import BalanceTransaction, Charge, MonthInvoice, PaymentIntent
from billing.stripe.gateway.values import Subscription as StripeSubscription
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_campaign, make_paid_session, make_shop
from tests.fixtures.billing import Till, begins_with
from tests.fixtures.months import make_monthly, make_subscription
from tests.fixtures.people import AT

A_MONTH = dt.timedelta(days=31)


def first_month(till: Till) -> None:
    """Let the first month of a subscription be paid, without a word of Stripe's."""
    campaign = make_monthly(make_shop(), at=till.at)
    pk, session = make_paid_session(campaign, at=till.at)
    Subscription.objects.update(stripe_id="sub_1", state="active")
    Payment.objects.update(stripe_invoice="in_1")
    payments.apply_snapshot(pk, session, at=till.at)
    StripeCall.objects.update(state="done", result_id="ch")


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("beginning"), begins_with(first_month)]


class Invoices:
    """The invoices at Stripe of a campaign with monthly payments."""

    def __init__(self, at: dt.datetime, patched: pytest.MonkeyPatch) -> None:
        self.at = at
        self.at_stripe: dict[str, MonthInvoice] = {}
        patched.setattr(reads, "month_invoice", self.at_stripe.__getitem__)
        patched.setattr(reads, "invoices_of", lambda _: ["in_1", *self.at_stripe])
        patched.setattr(reads, "subscription", self._subscription)

    def _subscription(self, stripe_id: str) -> StripeSubscription:
        until = self.at + A_MONTH
        return StripeSubscription(stripe_id, "active", False, "si_1", "prod_1", 24_000, until)  # noqa: FBT003 - as Stripe says it

    def add(self, number: int, **changes: Any) -> str:
        """Add another invoice at Stripe."""
        name = f"in_{number}"
        what = {
            "id": name,
            "subscription": "sub_1",
            "status": "paid",
            "is_first": False,
            "paid_cents": 24_000,
            "currency": "eur",
            "livemode": False,
            "next_try_at": None,
            "intent": self.attempt(number),
        }
        self.at_stripe[name] = MonthInvoice(**{**what, **changes})
        return name

    def attempt(self, number: int, **changes: Any) -> PaymentIntent:
        charge = {
            "id": f"ch_month_{number}",
            "payment_intent": f"pi_month_{number}",
            "captured_cents": 24_000,
            "currency": "eur",
            "method": "card",
            "created_at": self.at + (number - 1) * A_MONTH,
            "balance_transaction": BalanceTransaction(f"txn_month_{number}", 24_000, 43, 23_957),
        }
        made = Charge(**{**charge, **changes})
        return PaymentIntent(f"pi_month_{number}", "succeeded", "", "", made)

    def sync(self, name: str) -> bool:
        return months.sync(name, at=self.at + 3 * A_MONTH)


@pytest.fixture
def invoices(monkeypatch: pytest.MonkeyPatch) -> Invoices:
    return Invoices(AT, monkeypatch)


def calls(kind: str) -> list[str]:
    found = StripeCall.objects.filter(kind=kind, state="pending").order_by("pk")
    return list(found.values_list("target", flat=True))


def test_a_month_that_is_paid_is_a_campaign_an_order_and_a_sale(invoices: Invoices) -> None:
    Subscription.objects.update(failed_invoice="in_2", decline_code="no", next_try_at=AT)
    assert invoices.sync(invoices.add(2))
    payment = Payment.objects.latest("pk")
    assert (payment.session_id, payment.stripe_invoice) == ("in_2", "in_2")
    assert (payment.amount_cents, payment.payment_intent) == (24_000, "pi_month_2")
    assert payment.opened_at == payment.expires_at == AT + 3 * A_MONTH
    order = Order.objects.get(payments=payment)
    assert (order.state, order.placed_at, order.gross_cents) == ("paid", AT + A_MONTH, 24_000)
    subscription = Subscription.objects.get()
    assert subscription.campaign_id == order.campaign_id
    assert (subscription.failed_invoice, subscription.decline_code) == ("", "")
    assert subscription.next_try_at is None
    assert subscription.paid_until == AT + A_MONTH
    assert calls("group") == ["ch_month_2"]
    assert Sale.objects.count() == 2
    assert not Refund.objects.exists()


def test_fee_of_a_month_may_come_later_and_sells_nothing_twice(invoices: Invoices) -> None:
    invoices.sync(invoices.add(2, intent=invoices.attempt(2, balance_transaction=None)))
    assert not LedgerTransaction.objects.filter(business_key="bt:txn_month_2").exists()
    invoices.sync(invoices.add(2))
    invoices.sync("in_2")
    assert LedgerTransaction.objects.filter(business_key="bt:txn_month_2").count() == 1
    assert (Sale.objects.count(), Payment.objects.count()) == (2, 2)


def test_fee_of_a_month_is_fetched_from_its_payment(
    invoices: Invoices, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = invoices.attempt(2, balance_transaction=None)
    invoices.sync(invoices.add(2, intent=unknown))
    month = Payment.objects.get(session_id="in_2")
    for found in (unknown, dataclasses.replace(unknown, charge=None)):
        monkeypatch.setattr(reads, "payment_intent", {"pi_month_2": found}.__getitem__)
        payments.sync(month.pk, at=AT)
        month.refresh_from_db()
        assert (month.balance_transaction, month.fee_cents) == ("", None)
    monkeypatch.setattr(reads, "payment_intent", {"pi_month_2": invoices.attempt(2)}.__getitem__)
    payments.sync(month.pk, at=AT)
    month.refresh_from_db()
    assert (month.balance_transaction, month.fee_cents) == ("txn_month_2", 43)
    fees = LedgerEntry.objects.filter(account="fees.stripe", transaction__source_ref=month.charge)
    assert fees.get().sale_id == Sale.objects.get(payment=month).pk
    assert LedgerTransaction.objects.filter(business_key="bt:txn_month_2").count() == 1


def test_excess_of_a_month_goes_back(invoices: Invoices) -> None:
    dear = invoices.attempt(2, captured_cents=24_001)
    invoices.sync(invoices.add(2, paid_cents=24_001, intent=dear))
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.origin, refund.state) == (1, "withdrawn", "approved")
    assert Payment.objects.get(refunds=refund).session_id == "in_2"
    assert Order.objects.latest("pk").gross_cents == 24_000


def test_month_paid_too_little_goes_back_and_ends_the_subscription(invoices: Invoices) -> None:
    cheap = invoices.attempt(2, captured_cents=23_999)
    invoices.sync(invoices.add(2, paid_cents=23_999, intent=cheap))
    payment = Payment.objects.latest("pk")
    assert (payment.is_duplicate, Sale.objects.count()) == (True, 1)
    assert Refund.objects.get().amount_cents == 23_999
    assert calls("end") == ["sub_1"]
    assert Campaign.objects.latest("pk").withdrawn_at is not None


def test_refused_month_is_kept_with_why_and_when_it_is_tried_again(invoices: Invoices) -> None:
    refused = PaymentIntent("pi_2", "requires_payment_method", "x" * 100, "", None)
    invoices.sync(invoices.add(2, status="open", paid_cents=0, intent=refused, next_try_at=AT))
    found = Subscription.objects.get()
    assert (found.failed_invoice, found.decline_code) == ("in_2", "x" * 60)
    assert found.next_try_at == AT
    invoices.sync(invoices.add(2, status="open", paid_cents=0, intent=None))
    assert Subscription.objects.get().decline_code == ""
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"status": "void"}, {"paid_cents": 0}, {"intent": None}, {"is_first": True}]
)
def test_invoice_without_own_money_is_no_month(invoices: Invoices, changes: dict[str, Any]) -> None:
    assert invoices.sync(invoices.add(2, **changes))
    assert (Payment.objects.count(), Subscription.objects.get().failed_invoice) == (1, "")


@pytest.mark.parametrize(
    ("changes", "cents", "problem"),
    [({"currency": "chf"}, None, "currency chf"), ({"livemode": True}, 24_000, "livemode True")],
)
def test_month_that_does_not_fit_is_a_case_until_it_does(
    invoices: Invoices, changes: dict[str, Any], cents: int | None, problem: str
) -> None:
    with pytest.raises(NeedsOperator):
        invoices.sync(invoices.add(2, **changes))
    case = Case.objects.get()
    assert (case.kind, case.subject, case.stripe_cents) == ("misfit", "in_2", cents)
    reference = Subscription.objects.get().reference
    assert (case.ledger_cents, case.details) == (None, f"{reference}: {problem}")
    invoices.sync(invoices.add(2))
    case.refresh_from_db()
    assert (case.state, Sale.objects.count()) == ("explained", 2)


@pytest.mark.parametrize("subscription", ["", "sub_stranger"])
def test_a_stranger_s_invoice_is_none_of_ours(invoices: Invoices, subscription: str) -> None:
    other = make_campaign(make_shop(), {"north": 10_000}, at=AT)
    make_subscription(other, at=AT)  # Stripe has not sent its id yet
    assert not invoices.sync(invoices.add(2, subscription=subscription))
    assert Payment.objects.count() == 1


def test_month_without_an_event_takes_its_days_before_the_next(invoices: Invoices) -> None:
    for number in (2, 3):
        invoices.add(number)
    invoices.sync("in_3")
    paid = Payment.objects.order_by("pk").values_list("stripe_invoice", flat=True)
    assert list(paid) == ["in_1", "in_2", "in_3"]


def test_the_first_month_is_never_one_that_follows(invoices: Invoices) -> None:
    Payment.objects.update(stripe_invoice="")  # its page has not named it
    invoices.sync(invoices.add(2))
    assert set(Payment.objects.values_list("stripe_invoice", flat=True)) == {"", "in_2"}
    assert Sale.objects.count() == 2


def test_a_month_of_an_order_that_was_cancelled_goes_back_whole(invoices: Invoices) -> None:
    Order.objects.update(state="cancelled")
    Subscription.objects.update(state="ended", stop_asked_at=AT)
    assert invoices.sync(invoices.add(2))
    payment = Payment.objects.latest("pk")
    assert (payment.session_id, payment.is_duplicate) == ("in_2", True)
    assert (Refund.objects.get().amount_cents, Sale.objects.count()) == (24_000, 1)


def test_each_invoice_that_is_no_sale_yet_is_synced_at_night(
    invoices: Invoices, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoices.sync(invoices.add(2))
    invoices.add(3)
    synced: list[str] = []
    monkeypatch.setattr(months, "sync", lambda name, **_: synced.append(name))
    months.sync_all(Subscription.objects.get().pk, at=AT)
    assert synced == ["in_3"]
    Subscription.objects.update(state="opening", stripe_id="")
    months.sync_all(Subscription.objects.get().pk, at=AT)
    assert synced == ["in_3"]


def test_the_first_month_is_synced_by_its_payment_page(
    invoices: Invoices, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(payments, "sync", lambda payment_id, **_: synced.append(payment_id))
    assert invoices.sync("in_1")
    assert synced == [Payment.objects.get().pk]


@pytest.mark.parametrize(("late", "sales"), [(-1, 1), (0, 2), (1, 2)])
def test_month_taken_after_a_stop_goes_back(invoices: Invoices, late: int, sales: int) -> None:
    asked_at = AT + A_MONTH + dt.timedelta(seconds=late)
    Subscription.objects.update(stop_asked_at=asked_at)
    invoices.sync(invoices.add(2))
    assert Sale.objects.count() == sales
    given_back = list(Refund.objects.values_list("amount_cents", flat=True))
    assert given_back == [24_000] * (2 - sales)
    assert calls("end") == ["sub_1"] * (2 - sales)


@pytest.mark.parametrize(
    ("late", "changes", "sales"),
    [
        pytest.param(-1, {}, 1, id="asked before it was taken"),
        pytest.param(0, {}, 2, id="asked in the same second"),
        pytest.param(-1, {"state": "done", "result_id": "sub_1"}, 1, id="done when it was heard"),
        pytest.param(-1, {"state": "failed"}, 2, id="given up"),
        pytest.param(-1, {"target": "sub_2"}, 2, id="about a second one by mistake"),
        pytest.param(-1, {"kind": "stop"}, 2, id="at the end of the month"),
        pytest.param(-1, {"subject_id": 0}, 2, id="about another campaign"),
    ],
)
def test_month_taken_after_an_end_that_failed_at_stripe_goes_back(
    invoices: Invoices, late: int, changes: dict[str, Any], sales: int
) -> None:
    params = {
        "kind": "end",
        "subject_id": Subscription.objects.get().pk,
        "target": "sub_1",
        "state": "parked",
        "params": {},
        "key": "the end",
        "created_at": AT + A_MONTH + dt.timedelta(seconds=late),
    }
    StripeCall.objects.create(**{**params, **changes})
    invoices.sync(invoices.add(2))
    assert (Sale.objects.count(), Refund.objects.count()) == (sales, 2 - sales)


def test_a_debit_that_was_begun_before_a_stop_is_a_month(invoices: Invoices) -> None:
    Subscription.objects.update(stop_asked_at=AT + A_MONTH + dt.timedelta(days=2))
    invoices.sync(invoices.add(2, intent=invoices.attempt(2, method="sepa_debit")))
    assert (Sale.objects.count(), Refund.objects.count()) == (2, 0)


def test_ended_subscription_is_not_ended_again_by_a_month_back(invoices: Invoices) -> None:
    Subscription.objects.update(stop_asked_at=AT, state="ended")
    invoices.sync(invoices.add(2))
    assert Refund.objects.get().amount_cents == 24_000
    assert calls("end") == []


def priced_anew(net_cents: int) -> int:
    """Let the merchant have agreed to another price; returns the month that the next are like."""
    campaign = Campaign.objects.get(pk=Order.objects.get().campaign_id)
    flights = list(campaign.flights.all())
    campaign.pk, campaign.reference = None, "CA-ANEW"
    campaign.state, campaign.paid_at = Campaign.State.DRAFT, None
    campaign.save()
    for flight in flights:
        flight.pk, flight.reference = None, f"FL-{flight.tenant_id}"
        flight.campaign, flight.net_cents = campaign, net_cents // len(flights)
        flight.save()
    vat_cents = net_cents // 5
    Subscription.objects.update(
        campaign=campaign,
        net_cents=net_cents,
        vat_cents=vat_cents,
        gross_cents=net_cents + vat_cents,
    )
    return campaign.pk


def test_higher_price_not_taken_by_stripe_leaves_the_month_as_it_was(invoices: Invoices) -> None:
    agreed = priced_anew(30_000)
    Subscription.objects.update(failed_invoice="in_2")
    invoices.sync(invoices.add(2))
    found, order = Subscription.objects.get(), Order.objects.latest("pk")
    assert (found.campaign_id, found.gross_cents, found.failed_invoice) == (agreed, 36_000, "")
    assert (Sale.objects.count(), order.gross_cents) == (2, 24_000)
    assert order.campaign_id > agreed
    assert not Refund.objects.exists()


@pytest.mark.parametrize("cents", [23_999, 24_001])
def test_month_at_neither_price_goes_back_whole(invoices: Invoices, cents: int) -> None:
    priced_anew(30_000)
    odd = invoices.attempt(2, captured_cents=cents)
    invoices.sync(invoices.add(2, paid_cents=cents, intent=odd))
    assert (Sale.objects.count(), Refund.objects.get().amount_cents) == (1, cents)


def test_lower_price_not_taken_by_stripe_holds_and_the_rest_goes_back(invoices: Invoices) -> None:
    agreed = priced_anew(15_000)
    invoices.sync(invoices.add(2))
    order = Order.objects.latest("pk")
    assert (order.gross_cents, Refund.objects.get().amount_cents) == (18_000, 6_000)
    assert Subscription.objects.get().campaign_id == order.campaign_id > agreed
