"""Calls that a single click on the button to pay prepares."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import override_settings

from billing.forms import CheckoutForm
from billing.models import Order, Payment, StripeCall, StripeHalt, Subscription
from billing.orders.actions.checkout import open_checkout, withdraw
from billing.orders.actions.subscriptions import stop_subscription
from billing.orders.queries.desk import OrderPage, checkout_page, order_of_merchant, order_page
from billing.orders.queries.months import subscription_of_merchant, subscription_page
from billing.orders.queries.operators import order_of
from billing.stripe import tasks
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from tests.billing.conftest import Committing
from tests.billing.stripe.calls.test_send import Wire, answering, wire
from tests.factories.billing import answered, make_campaign, move_abroad
from tests.fixtures.billing import Jobs, Till, while_read
from tests.fixtures.months import again

__all__ = ["wire"]


def test_an_order_is_priced_once_where_its_page_opens_at_once(
    till: Till, shop: Merchant, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced, check_out = [], placements.check_out

    def counted(**params: object) -> object:
        priced.append(params["campaign_id"])
        return check_out(**params)  # type: ignore[arg-type]

    monkeypatch.setattr(placements, "check_out", counted)
    till.open(campaign)
    assert priced == [campaign.pk]

    known = make_campaign(shop, {"north": 5_000}, at=till.at)
    till.open(known)
    assert priced[1:] == [known.pk]


def page_of(order: Order, *, at: dt.datetime | None = None) -> OrderPage:
    found = Order.objects.select_related("campaign", "promotion").get(pk=order.pk)
    return order_page(found, came_back="", at=at)


def click(campaign: Campaign, at: dt.datetime) -> Order:
    campaign = Campaign.objects.select_related("merchant__owner").get(pk=campaign.pk)
    return open_checkout(campaign=campaign, by=campaign.merchant.owner, at=at)


def states(kind: str) -> list[str]:
    return list(StripeCall.objects.filter(kind=kind).order_by("pk").values_list("state", flat=True))


def test_a_click_commits_a_call_and_waits_for_nobody(
    till: Till, campaign: Campaign, jobs: Jobs, committing: Committing
) -> None:
    with committing():
        order = click(campaign, till.at)
    call = StripeCall.objects.get()
    assert (call.kind, call.state, call.first_sent_at) == ("customer", "pending", None)
    assert [(task.name, args) for task, args in jobs.waiting] == [
        ("billing.stripe.tasks.send_call", (call.pk,))
    ]
    assert page_of(order).situation == "preparing"
    assert page_of(order, at=call.created_at + dt.timedelta(seconds=9)).situation == "slow"
    with committing():
        jobs.run()
    assert page_of(order).situation == "open"
    assert page_of(order).url.startswith(till.simulator.api_base)


def test_orders_of_a_new_customer_go_on_once_stripe_knows_them(
    till: Till, shop: Merchant, campaign: Campaign
) -> None:
    first, second = (
        click(campaign, till.at),
        click(make_campaign(shop, {"north": 5_000}, at=till.at), till.at),
    )
    till.make_calls()
    assert states("customer") == ["done"]
    assert [page_of(order).situation for order in (first, second)] == ["open", "open"]


def test_click_while_a_page_is_open_changes_no_price(till: Till, shop: Merchant) -> None:
    abroad = move_abroad(shop, at=till.at - dt.timedelta(days=1))
    campaign = make_campaign(abroad, {"north": 10_000}, at=till.at)
    order = till.open(campaign)
    answered(shop, "no", at=till.at)  # from now on it costs VAT
    assert till.open(campaign) == order
    assert Payment.objects.get().amount_cents == 10_000
    assert checkout_page(campaign, at=till.at).quote.gross_cents == 10_000
    with pytest.raises(Refused, match="annulez-le pour changer de code"):
        open_checkout(campaign=campaign, by=shop.owner, at=till.at, code="RENTREE")


def test_campaign_withdrawn_while_its_page_opens_closes_it(till: Till, campaign: Campaign) -> None:
    order = click(campaign, till.at)
    owner = campaign.merchant.owner
    withdraw(campaign=campaign, by=owner, at=till.at)
    Order.objects.filter(pk=order.pk).update(checkout_asked_at=till.at)  # the click came last
    assert page_of(order).situation == "withdrawing"
    till.make_calls()
    assert (states("checkout"), states("expire")) == (["done"], ["done"])
    assert page_of(order).situation == "withdrawn"


def test_a_click_whose_order_was_withdrawn_opens_no_page(till: Till, campaign: Campaign) -> None:
    order = click(campaign, till.at)
    withdraw(campaign=campaign, by=campaign.merchant.owner, at=till.at)
    till.make_calls()
    assert states("checkout") == []
    assert not Payment.objects.exists()
    assert page_of(order).situation == "withdrawn"


@pytest.mark.parametrize(
    ("path", "code", "words", "payer_mends"),
    [
        (
            *("/v1/customers", "email_invalid"),
            *("L’adresse e-mail de facturation n’est pas bonne.", True),
        ),
        (
            "/v1/checkout/sessions",
            "amount_too_small",
            "plus petit que ce que Stripe accepte",
            False,
        ),
        (
            "/v1/checkout/sessions",
            "parameter_invalid_integer",
            "n’accepte pas notre demande",
            False,
        ),
        ("/v1/checkout/sessions", "brand_new_code", "brand_new_code", False),
    ],
)
def test_a_refused_call_is_shown_as_refused_at_once_with_its_reason(
    till: Till,
    campaign: Campaign,
    wire: Wire,
    path: str,
    code: str,
    words: str,
    *,
    payer_mends: bool,
) -> None:
    wire.answer = lambda url: answering(400, code) if url.endswith(path) else None
    order = click(campaign, till.at)
    till.make_calls()
    shown = page_of(order)
    assert shown.situation == "refused"
    assert words in shown.why_words
    assert shown.payer_mends == payer_mends
    context = {"shown": shown, "order": order}
    with override_settings(ROOT_URLCONF=settings.PUBLIC_SCHEMA_URLCONF):
        page = render_to_string("billing/situation.html", context)
    assert ("Corrigez-le sur votre page" in page) == payer_mends
    assert ("mailto:" in page) != payer_mends
    view = order_of(order.reference)
    assert view is not None
    assert words in view.refused_words
    assert Order.objects.get().checkout_asked_at is None
    wire.answer = lambda _url: None
    click(campaign, till.at)
    till.make_calls()
    assert page_of(order).situation == "open"


def test_a_click_while_our_key_is_refused_says_that_nothing_leaves(
    till: Till, campaign: Campaign, wire: Wire
) -> None:
    wire.answer = lambda _url: answering(401, "")
    order = click(campaign, till.at)
    till.make_calls()
    assert StripeHalt.objects.exists()
    assert page_of(order).situation == "halted"


def test_a_parked_click_says_that_somebody_looks(till: Till, campaign: Campaign) -> None:
    till.open(campaign)
    known = make_campaign(campaign.merchant, {"north": 5_000}, at=till.at)
    order = click(known, till.at)
    StripeCall.objects.filter(kind="checkout", state="pending").update(state="parked")
    assert page_of(order).situation == "parked"


def test_a_click_on_what_waits_for_its_next_try_has_it_made_now(
    till: Till, campaign: Campaign, wire: Wire
) -> None:
    wire.answer = lambda _url: answering(500, "")
    order = click(campaign, till.at)
    till.make_calls()
    assert page_of(order).situation == "slow"
    wire.answer = lambda _url: None
    later = till.at + dt.timedelta(minutes=3)
    StripeCall.objects.update(next_at=later + dt.timedelta(hours=1))
    click(campaign, later)
    assert StripeCall.objects.get().next_at == later


def test_a_try_that_is_due_in_seconds_waits_for_no_clock(
    till: Till, campaign: Campaign, wire: Wire, jobs: Jobs
) -> None:
    wire.answer = lambda _url: answering(429, "")
    click(campaign, till.at)
    call = StripeCall.objects.get()
    tasks.send_call(call.pk)
    assert jobs.waiting == [(tasks.send_call, (call.pk,))]


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
