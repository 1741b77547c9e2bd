"""Codes and limits hold when several people order at the same moment: real threads and commits."""

from collections.abc import Callable

import pytest

from billing.models import Order, StripeCall
from billing.orders.actions.spending import set_spend_limit
from billing.orders.queries.offers import codes
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from tests.billing.orders.test_offers import make_code, order_it
from tests.factories.billing import make_campaign, make_shop
from tests.factories.records import make_payment
from tests.fixtures.people import AT
from tests.fixtures.together import at_once

pytestmark = pytest.mark.usefixtures("own_database")


def outcome_of(order: Callable[[Campaign], Order]) -> Callable[[Campaign], str]:
    """Return a function that orders a campaign and returns the refusal, or an empty text."""

    def refusal_of(campaign: Campaign) -> str:
        try:
            order(campaign)
        except Refused as refusal:
            return refusal.sentence
        return ""

    return refusal_of


def test_last_use_of_a_code_goes_to_one_of_four_at_once() -> None:
    make_code(most_uses=1)
    campaigns = [make_campaign(make_shop(), {"north": 10_000}, at=AT) for _ in range(4)]
    refusal_of = sorted(at_once(outcome_of(lambda one: order_it(one, code="RENTREE")), campaigns))
    assert refusal_of[0] == ""
    assert all("autant de fois" in sentence for sentence in refusal_of[1:])
    assert Order.objects.count() == 1


def test_last_use_goes_to_a_reopened_order_or_one_of_the_others() -> None:
    """Check that the first order takes the last use: the closed payment had released the code."""
    make_code(most_uses=1)
    campaigns = [make_campaign(make_shop(), {"north": 10_000}, at=AT) for _ in range(4)]
    closed = order_it(campaigns[0], code="RENTREE")
    StripeCall.objects.update(state="done", result_id="cus_1")
    Merchant.objects.filter(pk=closed.merchant_id).update(stripe_customer="cus_1")
    make_payment(closed, at=AT, session_id="cs_1", state="expired")
    fresh = [Campaign.objects.select_related("merchant").get(pk=one.pk) for one in campaigns]
    refusal_of = sorted(at_once(outcome_of(lambda one: order_it(one, code="RENTREE")), fresh))
    assert refusal_of[0] == ""
    assert all("autant de fois" in sentence for sentence in refusal_of[1:])
    (row,) = codes(AT)
    assert row.uses == 1


def test_four_orders_at_once_do_not_go_beyond_the_limit() -> None:
    shop = make_shop()
    set_spend_limit(limit_cents=20_000, by=User.objects.get(pk=shop.owner_id), at=AT)
    campaigns = [make_campaign(shop, {"north": 10_000}, at=AT) for _ in range(4)]
    refusal_of = sorted(at_once(outcome_of(order_it), campaigns))
    assert refusal_of[0] == ""
    assert all("plafond" in sentence for sentence in refusal_of[1:])
    assert Order.objects.count() == 1
