"""Merchant, council and operator read the same figures of a campaign, also after a refund."""

import datetime as dt

import pytest

from billing.councils.queries.trace import trace_of
from billing.forms import CheckoutForm
from billing.models import Order, OwnDay, OwnShare, Payment
from billing.orders.settlement import payments
from billing.stripe.gateway import client
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight, FlightDay
from saas.catalogue.placements.queries.summaries import Summary, summary_of
from saas.kernel import schema
from tenants.community.council.queries.banks import way_of
from tests.billing.orders.test_offers import make_code
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


def played(till: Till, shop: Merchant) -> Order:
    """Sell a campaign and record its month."""
    order = till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    for flight in Flight.objects.filter(campaign=order.campaign_id):
        days = (flight.ends_on - flight.starts_on).days + 1
        FlightDay.objects.bulk_create(
            FlightDay(
                flight=flight,
                day=flight.starts_on + dt.timedelta(days=number),
                views=40 + number,
                clicks=6 + number,
                gathered_at=till.at,
            )
            for number in range(days)
        )
    return order


def read(order: Order) -> tuple[list[int], list[int], list[int]]:
    """Return shared cents, views and clicks as merchant, council and operator read them."""
    campaign = Campaign.objects.prefetch_related("flights__tenant").get(pk=order.campaign_id)
    summary = summary_of(campaign)
    shown = {stat.title: int(stat.value.replace("\u202f", "")) for stat in summary.stats[:2]}
    merchant = [sum(part.cents for part in summary.councils), shown["Vues"], shown["Clics"]]
    with schema.inside("north"):
        days = list(OwnDay.objects.all())
        shared = sum(share.amount_cents for share in OwnShare.objects.all())
    council = [shared, sum(day.views or 0 for day in days), sum(day.clicks or 0 for day in days)]
    trace = trace_of(order)
    assert trace
    operator = [
        sum(share.remaining_cents for share in trace.shares),
        sum(day.views or 0 for day in trace.days),
        sum(day.clicks or 0 for day in trace.days),
    ]
    return merchant, council, operator


def test_three_readers_find_the_same_figures(till: Till, shop: Merchant) -> None:
    make_council("north")
    order = played(till, shop)
    merchant, council, operator = read(order)
    assert merchant == council == operator
    assert merchant[0] == 8_000

    intent = Payment.objects.get(order=order).payment_intent
    client.client().v1.refunds.create({"payment_intent": intent, "amount": 12_000})
    till.settle()
    after, council, operator = read(order)
    assert after == council == operator
    assert after == [4_000, *merchant[1:]]


def test_price_of_a_discounted_campaign_is_the_price_paid(till: Till, shop: Merchant) -> None:
    make_code()
    campaign = make_campaign(shop, {"north": 20_000}, at=till.at)
    order = CheckoutForm({"code": "RENTREE"}).submit(campaign=campaign, by=shop.owner, at=till.at)
    assert order
    till.make_calls()
    payments.sync(till.pay(order).pk, at=till.at)

    trace = trace_of(order)
    assert trace
    assert sum(day.net_cents for day in trace.days) == 18_000
    assert stats(order)["Prix HT"] == "180,00\u00a0€"


def test_refunded_part_is_out_of_the_price_of_a_click(till: Till, shop: Merchant) -> None:
    make_council("north")
    order = played(till, shop)
    before = stats(order)
    assert before["Prix d’un clic"] == "5,00\u00a0€"  # 40 clicks

    till.give_back(order, 12_000)
    assert stats(order)["Prix d’un clic"] == "2,50\u00a0€"
    price = next(stat for stat in summary(order).stats if stat.title == "Prix HT")
    assert (price.value, price.note) == ("200,00\u00a0€", "rendu\u00a0: 120,00\u00a0€ TTC")


def test_closed_days_cost_nothing_for_any_reader(till: Till, shop: Merchant) -> None:
    make_council("north")
    shut = till.at.date() + dt.timedelta(days=4)
    campaign = make_campaign(shop, {"north": 20_000}, at=till.at, closed_days=[shut])
    order = till.sell(campaign)

    trace = trace_of(order)
    assert trace
    operator = {row.day: row.net_cents for row in trace.days}
    with schema.inside("north"):
        council = {row.day: row.net_cents for row in way_of(OwnShare.objects.get()).days}
    assert council == operator
    assert shut not in council
    assert sum(council.values()) == 20_000


def summary(order: Order) -> Summary:
    return summary_of(
        Campaign.objects.prefetch_related("flights__tenant").get(pk=order.campaign_id)
    )


def stats(order: Order) -> dict[str, str]:
    return {stat.title: stat.value for stat in summary(order).stats}
