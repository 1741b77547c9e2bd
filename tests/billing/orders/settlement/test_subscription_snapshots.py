"""Stripe's answers about monthly payments, word by word, and the calls that follow."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from billing.models import Order, StripeCall, Subscription
from billing.orders.settlement import subscriptions
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import Subscription as StripeSubscription
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_paid_session
from tests.factories.stripe_objects import stripe_subscription
from tests.fixtures.months import make_subscription
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_MONTH = dt.timedelta(days=30)

type Says = Callable[..., Subscription]


@pytest.fixture
def monthly_payment(campaign: Campaign) -> Subscription:
    """240.00 each month, which Stripe collects as sub_1."""
    return make_subscription(campaign, at=AT, stripe_id="sub_1", state="active")


@pytest.fixture
def says(monthly_payment: Subscription) -> Says:
    """Return a function that applies a changed Stripe snapshot of the subscription."""

    def say(*, at: dt.datetime = AT, **changes: Any) -> Subscription:
        subscriptions.apply_snapshot(monthly_payment.pk, stripe_subscription(at, **changes), at=at)
        return Subscription.objects.get(pk=monthly_payment.pk)

    return say


def calls(kind: str) -> list[str]:
    found = StripeCall.objects.filter(kind=kind).order_by("pk")
    return list(found.values_list("target", flat=True))


def an_order(found: Subscription | None, campaign: Campaign) -> Order:
    return Order(subscription=found, campaign=campaign)


@pytest.mark.parametrize(
    ("before", "status", "stops", "after"),
    [
        ("opening", "active", False, "active"),
        ("past_due", "active", False, "active"),
        ("active", "past_due", False, "past_due"),
        ("active", "unpaid", False, "past_due"),
        ("active", "paused", False, "past_due"),
        ("active", "active", True, "ending"),
        ("ending", "active", False, "active"),
        ("active", "canceled", False, "ended"),
        ("opening", "incomplete_expired", False, "ended"),
        ("opening", "incomplete", False, "opening"),
        ("active", "trialing", True, "active"),
    ],
)
def test_each_status_of_stripe_is_a_state_of_ours(
    says: Says, *, before: str, status: str, stops: bool, after: str
) -> None:
    Subscription.objects.update(state=before)
    found = says(status=status, stops_at_period_end=stops)
    assert found.state == after
    assert found.stripe_item == "si_1"
    assert found.ended_at == (AT if after == "ended" else None)


def test_snapshot_of_another_subscription_is_ignored(says: Says) -> None:
    assert says(id="sub_2", status="canceled").state == "active"


@pytest.mark.parametrize(("status", "is_extended"), [("active", True), ("past_due", False)])
def test_only_a_month_that_is_paid_moves_the_day_until_which_it_is(
    says: Says, *, status: str, is_extended: bool
) -> None:
    Subscription.objects.update(paid_until=AT)
    found = says(status=status)
    assert found.paid_until == (AT + A_MONTH if is_extended else AT)


def test_a_stop_that_is_near_says_until_when_it_is_paid(says: Says) -> None:
    found = says(stops_at_period_end=True)
    assert found.paid_until == AT + A_MONTH


@pytest.mark.parametrize(
    ("before", "status", "stops", "is_mailed"),
    [
        ("active", "past_due", False, True),
        ("active", "active", True, True),
        ("active", "canceled", False, True),
        ("ending", "active", False, False),
    ],
)
def test_subscription_that_stops_waits_for_its_mail(
    says: Says, *, before: str, status: str, stops: bool, is_mailed: bool
) -> None:
    long_ago = AT - A_MONTH
    Subscription.objects.update(state=before, mailed_at=long_ago)
    found = says(status=status, stops_at_period_end=stops)
    assert found.mailed_at == (None if is_mailed else AT)


def test_mailed_subscription_is_not_mailed_again(says: Says) -> None:
    Subscription.objects.update(mailed_at=AT)
    assert says(at=AT + A_MONTH).mailed_at == AT


def test_subscription_that_goes_on_forgets_its_stop(says: Says) -> None:
    Subscription.objects.update(state="ending", stop_asked_at=AT)
    assert says(stops_at_period_end=True).stop_asked_at == AT
    assert says().stop_asked_at is None


@pytest.mark.parametrize("status", ["active", "past_due"])
def test_new_price_is_asked_of_stripe_once(says: Says, status: str) -> None:
    for _ in range(2):
        says(gross_cents=20_000, status=status)
    call = StripeCall.objects.get(kind="reprice")
    assert (call.target, call.params["proration_behavior"]) == ("sub_1", "none")
    assert call.params["items"] == [
        {
            "id": "si_1",
            "quantity": 1,
            "price_data": {
                "currency": "eur",
                "product": "prod_1",
                "recurring": {"interval": "month"},
                "tax_behavior": "inclusive",
                "unit_amount": 24_000,
            },
        }
    ]
    assert calls("end") == []


def test_the_same_price_and_what_stops_anyway_are_left_alone(says: Says) -> None:
    says()
    says(gross_cents=20_000, stops_at_period_end=True)
    assert (calls("reprice"), calls("end")) == ([], [])


def test_subscription_without_a_place_left_is_ended_and_not_repriced(says: Says) -> None:
    Merchant.objects.update(state=Merchant.State.BLOCKED)
    for _ in range(2):
        says(gross_cents=20_000)
    assert (calls("end"), calls("reprice")) == (["sub_1"], [])


def test_subscription_not_begun_at_stripe_is_not_ended(monthly_payment: Subscription) -> None:
    Subscription.objects.update(state="opening", stripe_id="")
    subscriptions.end(Subscription.objects.get())
    assert calls("end") == []


@pytest.mark.parametrize(
    ("state", "ended"), [("active", ["sub_1"]), ("past_due", ["sub_1"]), ("ended", [])]
)
def test_refunded_order_ends_its_subscription_only_where_it_still_runs(
    campaign: Campaign, state: str, ended: list[str]
) -> None:
    make_paid_session(campaign, at=AT)
    found = make_subscription(campaign, at=AT, stripe_id="sub_1", state=state)
    subscriptions.end_with(Order.objects.get())
    assert calls("end") == [], "it has no part in the order yet"
    Order.objects.update(subscription=found)
    subscriptions.end_with(Order.objects.get())
    assert calls("end") == ended


def test_a_second_one_of_an_order_ends_and_the_first_stays(campaign: Campaign) -> None:
    opening = make_subscription(campaign, at=AT)
    order = an_order(opening, campaign)
    for stripe_id in ("sub_1", "sub_1", "sub_2"):
        subscriptions.begun(order, stripe_id)
    assert order.subscription
    assert order.subscription.stripe_id == Subscription.objects.get().stripe_id == "sub_1"
    assert calls("end") == ["sub_2"]
    subscriptions.begun(an_order(None, campaign), "sub_3")
    assert calls("end") == ["sub_2"]


def test_months_of_which_nobody_paid_the_first_are_let_go(campaign: Campaign) -> None:
    opening = make_subscription(campaign, at=AT)
    subscriptions.abandon(an_order(None, campaign), by="OPALE", at=AT)
    assert Subscription.objects.get().state == "opening"
    subscriptions.abandon(an_order(opening, campaign), by="OPALE", at=AT)
    found = Subscription.objects.get()
    assert (found.state, found.ended_at, found.mailed_at) == ("ended", AT, AT)


@pytest.mark.parametrize(("state", "stripe_id"), [("opening", "sub_1"), ("active", "sub_1")])
def test_months_that_began_are_not_let_go(campaign: Campaign, state: str, stripe_id: str) -> None:
    begun = make_subscription(campaign, at=AT, stripe_id=stripe_id, state=state)
    subscriptions.abandon(an_order(begun, campaign), by="OPALE", at=AT)
    assert Subscription.objects.get().state == state


def test_only_what_is_collected_is_read(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = []

    def subscription(stripe_id: str) -> StripeSubscription:
        requests.append(stripe_id)
        return stripe_subscription(AT)

    monkeypatch.setattr(reads, "subscription", subscription)
    opening = make_subscription(campaign, at=AT)
    subscriptions.sync(opening.pk, at=AT)
    assert requests == []
    Subscription.objects.update(stripe_id="sub_1")
    subscriptions.sync(opening.pk, at=AT)
    assert requests == ["sub_1"]
    assert Subscription.objects.get().state == "active"


@pytest.mark.parametrize(
    ("requested", "status", "stops", "ends"),
    [
        (True, "past_due", False, True),
        (False, "past_due", True, True),
        (False, "past_due", False, False),
        (True, "active", False, False),
    ],
)
def test_stopped_subscription_ends_where_a_month_is_unpaid(
    says: Says, *, requested: bool, status: str, stops: bool, ends: bool
) -> None:
    Subscription.objects.update(stop_asked_at=AT if requested else None)
    says(status=status, stops_at_period_end=stops)
    assert calls("end") == (["sub_1"] if ends else [])


def test_a_month_that_was_paid_late_takes_no_stop_back(says: Says) -> None:
    Subscription.objects.update(state="past_due", stop_asked_at=AT)
    assert says().stop_asked_at == AT
