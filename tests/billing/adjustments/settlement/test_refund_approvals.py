"""Refunds above the limit of a single person, and the amounts that count towards that limit."""

import pytest

from billing.adjustments.actions.refunds import approve_refund, reject_refund, request_refund
from billing.adjustments.queries.refunds import refunds_to_approve
from billing.models import Council, Order, Payment
from billing.stripe.gateway.client import client
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import Refused
from tests.factories.billing import make_campaign, make_council, make_merchant_user
from tests.fixtures.billing import Till

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


@pytest.fixture
def councils(db: None) -> list[Council]:
    """The two of the example: 800 and 430 people, thirty per cent."""
    return [
        make_council("north", company="North Un", weight=800, rate_bp=3_000),
        make_council("north", company="North Deux", weight=430, rate_bp=3_000),
    ]


@pytest.fixture
def order(till: Till, shop: Merchant, councils: list[Council]) -> Order:
    """Return a paid order of 240.00, with 39.02 and 20.98 for the councils."""
    return till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))


def test_second_person_approves_above_500_euros(till: Till, shop: Merchant, operator: User) -> None:
    order = till.sell(make_campaign(shop, {"north": 50_000}, at=till.at))
    refund = till.give_back(order, 50_001, operator)
    assert refund.state == "requested"
    assert [row.reference for row in refunds_to_approve()] == [refund.reference]
    with pytest.raises(Refused, match="autre personne"):
        approve_refund(refund=refund, by=operator, at=till.at)
    approve_refund(refund=refund, by=make_merchant_user("Onyx"), at=till.at)
    till.jobs.catch_up()
    refund.refresh_from_db()
    assert refund.state == "succeeded"


def test_one_persons_refunds_end_at_500_euros(till: Till, shop: Merchant, operator: User) -> None:
    order = till.sell(make_campaign(shop, {"north": 200_000}, at=till.at))
    requests = [till.give_back(order, 49_900, operator) for _ in range(3)]
    assert [refund.state for refund in requests] == ["succeeded", "requested", "requested"]
    # The requester does not matter, but another order has its own sum.
    assert till.give_back(order, 101, make_merchant_user("Onyx")).state == "requested"
    other = till.sell(make_campaign(shop, {"north": 50_000}, at=till.at))
    assert till.give_back(other, 49_900, operator).state == "succeeded"


def test_refunds_decided_by_others_do_not_count(till: Till, shop: Merchant, operator: User) -> None:
    order = till.sell(make_campaign(shop, {"north": 200_000}, at=till.at))
    approved = till.give_back(order, 90_000, operator)
    rejected = till.give_back(order, 80_000, operator)
    assert till.give_back(order, 1, operator).state == "requested"
    second = make_merchant_user("Onyx")
    approve_refund(refund=approved, by=second, at=till.at)
    reject_refund(refund=rejected, by=second, at=till.at)
    assert till.give_back(order, 49_999, operator).state == "succeeded"
    assert till.give_back(order, 1, operator).state == "requested"


def test_refund_of_the_dashboard_counts_as_one_persons(
    till: Till, shop: Merchant, operator: User
) -> None:
    order = till.sell(make_campaign(shop, {"north": 50_000}, at=till.at))
    payment = Payment.objects.get()
    client().v1.refunds.create({"payment_intent": payment.payment_intent, "amount": 40_000})
    till.settle()
    assert till.give_back(order, 10_001, operator).state == "requested"


def test_rejected_refund_is_asked_for_again(till: Till, shop: Merchant, operator: User) -> None:
    order = till.sell(make_campaign(shop, {"north": 50_000}, at=till.at))
    refund = till.give_back(order, 60_000, operator)
    with pytest.raises(Refused):
        request_refund(order=order, amount_cents=1, by=operator, at=till.at)
    reject_refund(refund=refund, by=operator, at=till.at)
    assert till.give_back(order, 1, operator).state == "succeeded"
