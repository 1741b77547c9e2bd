"""Payments of a merchant: an order is a single sale, despite any failure on the way."""

import datetime as dt

import pytest

from billing import clock
from billing.councils.actions.councils import accept_terms, offer_terms
from billing.forms import CancelForm, CheckoutForm
from billing.ledger.queries.cases import case_of
from billing.models import (
    Case,
    Invoice,
    LedgerEntry,
    Order,
    Payment,
    Refund,
    Sale,
    Share,
    StripeEvent,
)
from billing.orders.actions.checkout import open_checkout
from billing.orders.queries.desk import open_payment
from billing.stripe.actions.operators import retry_event
from billing.stripe.queries.troubles import parked_events
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import NotAllowed
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.factories.records import DELPHINE
from tests.fixtures.billing import Till, books
from tests.fixtures.people import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def test_paid_order_is_a_sale_with_shares_and_an_invoice(till: Till, campaign: Campaign) -> None:
    make_council("north", rate_bp=4_000)
    make_council("south", rate_bp=2_500)
    order = till.buy(campaign)
    assert (state_of(order), Campaign.objects.get().state) == ("paid", "paid")
    assert (Sale.objects.count(), Invoice.objects.count()) == (1, 1)
    shares = Share.objects.values_list("amount_cents", "state")
    assert sorted(shares) == [(2_500, "held"), (4_000, "held")]
    assert sorted(LedgerEntry.objects.values_list("account", "amount_cents")) == [
        ("fees.stripe", 385),
        ("receivable", -24_000),
        ("receivable", 24_000),
        ("revenue.placement", -20_000),
        ("share.cost", 2_500),
        ("share.cost", 4_000),
        ("share.held", -4_000),
        ("share.held", -2_500),
        ("stripe.balance", -385),
        ("stripe.balance", 24_000),
        ("vat.output", -4_000),
    ]


def test_lost_events_are_found_in_the_night(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    till.pay(order)
    clock.watch(at=till.at)
    till.jobs.run()
    assert state_of(order) == "paid"


def test_an_expired_page_can_be_followed_by_another(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    till.simulator.pull("clock/advance", hours="24")
    till.settle()
    assert state_of(order) == "priced"
    later = till._replace(at=till.at + dt.timedelta(hours=24))
    assert later.open(campaign) == order
    later.pay(order)
    later.settle()
    assert state_of(order) == "paid"
    states = sorted(Payment.objects.values_list("state", flat=True))
    assert states == ["expired", "succeeded"]


def test_session_nearly_over_is_closed_before_another_opens(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    till.simulator.pull("clock/advance", hours="22", seconds="1860")
    later = till._replace(at=till.at + dt.timedelta(hours=22, minutes=31))
    later.open(campaign)
    assert sorted(order.payments.values_list("state", flat=True)) == ["expired", "opened"]


@pytest.mark.by_hand
def test_a_late_success_wins_over_our_expired(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    payment = till.pay(order)
    Payment.objects.filter(pk=payment.pk).update(state="expired")
    Order.objects.filter(pk=order.pk).update(state="priced")
    till.settle()
    assert state_of(order) == "paid"
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_payment_of_another_amount_is_parked_and_not_booked(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    Order.objects.filter(pk=order.pk).update(vat_cents=4_001, gross_cents=24_001)
    till.pay(order)
    till.settle()
    assert not Sale.objects.exists()
    assert Payment.objects.get().problem == "amount 24000, not 24001"
    assert "amount" in parked_events()[0].failure
    case = Case.objects.get()
    assert (case.kind, case.state, case.stripe_cents, case.ledger_cents) == (
        "misfit",
        "open",
        24_000,
        24_001,
    )
    shown = case_of(case.reference)
    assert shown
    assert shown.order_reference == order.reference
    # An operator looks, and corrects the amounts.
    Order.objects.filter(pk=order.pk).update(vat_cents=4_000, gross_cents=24_000)
    operator = make_merchant_user("Opale")
    for event in StripeEvent.objects.filter(state="parked"):
        retry_event(event=event, by=operator, at=till.at)
    till.jobs.catch_up()
    assert state_of(order) == "paid"
    case.refresh_from_db()
    assert (case.state, case.closed_by) == ("explained", None)


@pytest.mark.by_hand
def test_second_paid_session_goes_back_and_shares_nothing(till: Till, campaign: Campaign) -> None:
    make_council("north")
    order = till.open(campaign)
    first = open_payment(order)
    assert first
    # The first session is lost from view, so a second is opened; then both are paid.
    Payment.objects.filter(pk=first.pk).update(state="expired")
    Order.objects.filter(pk=order.pk).update(state="priced")
    till.open(campaign)
    till.pay(order)
    till.simulator.pull(f"pay/{first.session_id}")
    till.settle()
    till.settle()
    assert Sale.objects.count() == 1
    refund = Refund.objects.get()
    assert (refund.origin, refund.state, refund.amount_cents) == ("duplicate", "succeeded", 24_000)
    assert refund.sale is None
    assert Share.objects.get().amount_cents == 4_000
    assert books("receivable") == 0


def test_a_fee_that_is_known_later_is_booked_later(till: Till, campaign: Campaign) -> None:
    till.simulator.pull("faults", kind="late_balance_transaction")
    order = till.open(campaign)
    till.pay(order)
    before = till.postman.listed()
    till.postman.deliver(before)
    till.jobs.catch_up()
    assert state_of(order) == "paid"
    till.simulator.pull("clock/advance", seconds="60")
    till.settle()
    clock.watch(at=till.at)
    till.jobs.run()
    assert Payment.objects.get().fee_cents == 385
    assert LedgerEntry.objects.get(account="fees.stripe").amount_cents == 385


def test_a_payment_cannot_be_cancelled_once_it_is_paid(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    till.pay(order)
    form = CancelForm({})
    form.submit(order=order, by=campaign.merchant.owner, at=till.at)
    till.make_calls()
    till.jobs.catch_up()
    assert state_of(order) == "paid"


def test_campaign_of_another_merchant_is_not_paid(campaign: Campaign, till: Till) -> None:
    with pytest.raises(NotAllowed):
        open_checkout(campaign=campaign, by=make_merchant_user(), at=AT)


def test_an_order_that_nobody_pays_goes_after_a_week(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    CancelForm({}).submit(order=order, by=campaign.merchant.owner, at=till.at)
    till.make_calls()
    clock.watch(at=till.at + dt.timedelta(days=6))
    assert state_of(order) == "priced"
    clock.watch(at=till.at + dt.timedelta(days=7))
    assert state_of(order) == "cancelled"


def test_order_whose_page_is_opening_stays_after_a_week(till: Till, campaign: Campaign) -> None:
    order = CheckoutForm({}).submit(campaign=campaign, by=campaign.merchant.owner, at=till.at)
    assert order
    clock.watch(at=till.at + dt.timedelta(days=7))
    assert state_of(order) == "priced"
    till.make_calls()
    assert state_of(order) == "awaiting_payment"


def test_terms_of_the_day_hold_whatever_comes_later(till: Till, campaign: Campaign) -> None:
    council = make_council("north", rate_bp=4_000)
    order = till.sell(campaign)
    operator = make_merchant_user("Opale")
    offer_terms(council=council, rate_bp=9_000, valid_from=till.at, by=operator, at=till.at)
    till.settle()
    assert Share.objects.get(sale__order=order).amount_cents == 4_000


def test_a_space_without_a_council_shares_nothing(till: Till, campaign: Campaign) -> None:
    order = till.sell(campaign)
    assert (state_of(order), Share.objects.exists()) == ("paid", False)


def test_a_later_version_holds_once_the_council_accepted_it(till: Till) -> None:
    council = make_council("north", rate_bp=4_000)
    shop = make_shop()
    operator = make_merchant_user("Opale")
    offer_terms(council=council, rate_bp=1_000, valid_from=till.at, by=operator, at=till.at)
    before = till.sell(make_campaign(shop, {"north": 10_000}, at=till.at))
    accept_terms(council=council, by=DELPHINE, at=till.at)
    after = till.sell(make_campaign(shop, {"north": 10_000}, at=till.at))
    cents = dict(Share.objects.values_list("sale__order", "amount_cents"))
    assert cents == {before.pk: 4_000, after.pk: 1_000}
