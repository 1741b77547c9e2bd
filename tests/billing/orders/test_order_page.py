"""The page of an order beside the processes that go on with its payment."""

import itertools
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.test import override_settings

from billing.forms import CheckoutForm
from billing.orders.queries.desk import OrderPage, order_of_merchant, order_page
from saas.catalogue.placements.models import Campaign
from tests.fixtures.billing import Till

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("statement", range(3))
def test_page_asks_again_whatever_happens_while_it_reads(
    till: Till, campaign: Campaign, statement: int
) -> None:
    form = CheckoutForm({})
    order = form.submit(campaign=campaign, by=campaign.merchant.owner, at=till.at)
    assert order, form.errors
    own = order_of_merchant(campaign.merchant.owner, order.reference)
    assert own

    def page_while(happens: Callable[[], object]) -> OrderPage:
        statements = itertools.count()

        def interrupt(execute: Callable[..., object], *words: object) -> object:
            if next(statements) == statement:
                happens()
            return execute(*words)

        with connection.execute_wrapper(interrupt):
            return order_page(own, came_back="returned")

    assert page_while(till.make_calls).asks_again
    shown = page_while(lambda: till.sell(campaign))
    assert shown.asks_again
    context = {"shown": shown, "order": own}
    with override_settings(ROOT_URLCONF=settings.PUBLIC_SCHEMA_URLCONF):
        assert 'href=""' not in render_to_string("billing/situation.html", context)
