"""Stripe's customer matches the merchant: each change is sent, the last of them last."""

import datetime as dt
from typing import Any

import pytest

from billing.models import StripeCall
from billing.orders.actions.checkout import open_checkout
from billing.stripe import tasks
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import reads
from saas.catalogue.merchants.actions import shops as merchants
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from tests.billing.conftest import Committing
from tests.billing.stripe.calls.test_send import Wire, answering, wire
from tests.fixtures.billing import Jobs, Till
from tests.fixtures.people import AT
from tests.saas.catalogue.making import NOON, described

__all__ = ["wire"]
pytestmark = pytest.mark.django_db


def change(shop: Merchant, at: dt.datetime, **given: Any) -> None:
    merchants.describe(
        description=described(**given),
        hours=NOON,
        picture=None,
        keeps_picture=True,
        by=shop.owner,
        at=at,
    )


def stripe_customer_of(shop: Merchant) -> dict[str, Any]:
    return reads.customer(Merchant.objects.get(pk=shop.pk).stripe_customer)


def calls() -> list[StripeCall]:
    return list(StripeCall.objects.filter(kind="details").order_by("pk"))


@pytest.fixture
def known(till: Till, campaign: Campaign) -> Merchant:
    """Return a merchant with a Stripe customer."""
    till.open(campaign)
    return campaign.merchant


def test_a_change_at_the_desk_is_sent_to_stripe(till: Till, known: Merchant) -> None:
    change(known, till.at, billing_email="new@shop.example", legal_name="Neuf SARL")
    till.make_calls()
    snapshot = stripe_customer_of(known)
    assert (snapshot["email"], snapshot["name"]) == ("new@shop.example", "Neuf SARL")
    assert [call.state for call in calls()] == ["done"]


def test_details_that_stripe_knows_are_not_sent_again(till: Till, known: Merchant) -> None:
    change(known, till.at, billing_email="new@shop.example")
    till.make_calls()
    change(known, till.at, billing_email="new@shop.example", name="Autre enseigne")
    assert len(calls()) == 1


def test_merchant_who_has_paid_nothing_is_not_sent_to_stripe(till: Till, shop: Merchant) -> None:
    change(shop, AT, billing_email="new@shop.example")
    assert not StripeCall.objects.exists()


def test_last_of_two_changes_holds(till: Till, known: Merchant) -> None:
    change(known, till.at, billing_email="first@shop.example")
    change(known, till.at, billing_email="second@shop.example")
    assert len(calls()) == 1  # changes are sent in turn
    till.make_calls()
    assert stripe_customer_of(known)["email"] == "second@shop.example"
    assert [call.state for call in calls()] == ["done", "done"]
    make_call(calls()[0].pk, at=till.at)  # a call that comes late does nothing
    assert stripe_customer_of(known)["email"] == "second@shop.example"


def test_change_while_the_customer_is_made_is_sent_later(till: Till, campaign: Campaign) -> None:
    shop = campaign.merchant
    open_checkout(campaign=campaign, by=shop.owner, at=till.at)
    change(shop, till.at, billing_email="new@shop.example")
    assert calls() == []
    till.make_calls()
    assert stripe_customer_of(shop)["email"] == "new@shop.example"


def test_a_change_that_stripe_refused_is_not_repeated_and_the_next_is_sent(
    till: Till, known: Merchant, wire: Wire
) -> None:
    wire.answer = lambda url: answering(400, "email_invalid") if "customers/" in url else None
    change(known, till.at, billing_email="refused@shop.example")
    till.make_calls()
    assert [call.state for call in calls()] == ["failed"]
    wire.answer = lambda _url: None
    change(known, till.at, billing_email="right@shop.example")
    till.make_calls()
    assert stripe_customer_of(known)["email"] == "right@shop.example"


def test_change_with_a_lost_answer_is_found(till: Till, known: Merchant, wire: Wire) -> None:
    change(known, till.at, billing_email="new@shop.example")
    call = calls()[0]
    StripeCall.objects.filter(pk=call.pk).update(
        state="unknown", first_sent_at=till.at - dt.timedelta(hours=21)
    )
    make_call(call.pk, at=till.at)  # absent at Stripe, so it is sent again
    till.make_calls()
    StripeCall.objects.filter(pk=call.pk).update(state="unknown", done_at=None)
    make_call(call.pk, at=till.at + dt.timedelta(hours=1))
    call.refresh_from_db()
    assert (call.state, stripe_customer_of(known)["email"]) == ("done", "new@shop.example")


def test_a_change_is_queued_once_it_is_committed(
    till: Till, known: Merchant, jobs: Jobs, committing: Committing
) -> None:
    with committing():
        change(known, till.at, billing_email="new@shop.example")
    assert jobs.waiting == [(tasks.send_call, (calls()[0].pk,))]
