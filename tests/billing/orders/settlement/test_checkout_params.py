"""Parameters told to Stripe when a merchant is to pay: these words, and no other."""

import datetime as dt
from typing import Any

import pytest

from billing.models import Order
from billing.orders.settlement import checkout_params
from saas.accounts.models import User
from saas.catalogue.placements.models import Campaign
from tenants.spaces import hosts
from tests.factories.billing import make_paid_session
from tests.fixtures.months import make_subscription
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(campaign: Campaign) -> Order:
    make_paid_session(campaign, at=AT)
    return Order.objects.select_related("subscription").get()


def session(order: Order, campaign: Campaign, at: dt.datetime) -> dict[str, Any]:
    by = User.objects.get(pk=campaign.merchant.owner_id)
    return checkout_params.session(order, campaign, by=by, at=at)


def test_customer_params_say_who_a_merchant_is(campaign: Campaign) -> None:
    owner = User.objects.get(pk=campaign.merchant.owner_id)
    assert checkout_params.customer(campaign.merchant, owner) == {
        "name": "Cazal et filles SARL",
        "email": owner.email,
        "preferred_locales": ["fr"],
        "address": {
            "line1": "3 rue du Four",
            "postal_code": "37000",
            "city": "Saint-Avel-sur-Loge",
            "country": "FR",
        },
    }


def test_session_params_of_a_single_payment(order: Order, campaign: Campaign) -> None:
    campaign.merchant.stripe_customer = "cus_1"
    params = session(order, campaign, AT)
    shared = {
        "description": order.reference,
        "metadata": {"troovon_env": "test", "troovon_kind": "order", "troovon_id": str(order.uuid)},
    }
    success, cancel = str(params.pop("success_url")), str(params.pop("cancel_url"))
    assert success.endswith("?session_id={CHECKOUT_SESSION_ID}")
    assert cancel.endswith(f"{order.reference}/?from=abandoned")
    assert success.startswith(hosts.public_url())
    assert cancel.startswith(hosts.public_url())
    assert params == {
        "mode": "payment",
        "payment_intent_data": {**shared, "transfer_group": order.transfer_group},
        "customer": "cus_1",
        "client_reference_id": str(order.uuid),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 24_000,
                    "tax_behavior": "inclusive",
                    "product_data": {"name": "Campagne «\u00a0Formule du midi\u00a0»"},
                },
            }
        ],
        "expires_at": int((AT + dt.timedelta(hours=23)).timestamp()),
        "locale": "fr",
        "allowed_payment_method_types": ["card", "sepa_debit"],
    }


def test_session_params_of_a_subscription(order: Order, campaign: Campaign) -> None:
    order.subscription = make_subscription(campaign, at=AT)
    params = session(order, campaign, AT)
    assert params["mode"] == "subscription"
    assert params["subscription_data"] == {
        "description": order.reference,
        "metadata": {"troovon_env": "test", "troovon_kind": "order", "troovon_id": str(order.uuid)},
    }
    assert "payment_intent_data" not in params
    [line] = params["line_items"]
    assert line["price_data"]["recurring"] == {"interval": "month"}
