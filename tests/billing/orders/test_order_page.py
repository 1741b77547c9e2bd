"""Pages of the desk beside the processes that go on with what is asked of Stripe."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import override_settings

from billing.forms import CheckoutForm
from billing.models import Subscription
from billing.orders.actions.subscriptions import stop_subscription
from billing.orders.queries.desk import OrderPage, order_of_merchant, order_page
from billing.orders.queries.months import subscription_of_merchant, subscription_page
from saas.catalogue.placements.models import Campaign
from tests.fixtures.billing import Till, while_read
from tests.fixtures.months import again

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("place", range(3))
def test_page_asks_again_whatever_it_misses(till: Till, campaign: Campaign, place: int) -> None:
    form = CheckoutForm({})
    order = form.submit(campaign=campaign, by=campaign.merchant.owner, at=till.at)
    assert order, form.errors
    own = order_of_merchant(campaign.merchant.owner, order.reference)
    assert own

    def page_while(happens: Callable[[], object]) -> OrderPage:
        with while_read(happens, place=place):
            return order_page(own, came_back="returned")

    assert page_while(till.make_calls).asks_again
    shown = page_while(lambda: till.sell(campaign))
    assert shown.asks_again
    context = {"shown": shown, "order": own}
    with override_settings(ROOT_URLCONF=settings.PUBLIC_SCHEMA_URLCONF):
        assert 'href=""' not in render_to_string("billing/situation.html", context)


@pytest.mark.parametrize("place", range(4))
def test_page_of_a_subscription_offers_no_stop_that_is_being_made_or_done(
    till: Till, running: Subscription, place: int
) -> None:
    owner = again(running).merchant.owner
    stop_subscription(subscription=running, by=owner, at=till.at)
    own = subscription_of_merchant(owner, running.reference)
    assert own
    with while_read(till.make_calls, place=place):
        shown = subscription_page(own, at=till.at)
    assert shown.is_changing or shown.subscription.state == "ending"
