"""A euro is traced both ways: each path finds the paid amount, to the cent."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.councils.queries import payouts as banks
from billing.councils.queries.trace import trace_of
from billing.councils.rules.trace import Trace
from billing.councils.settlement import payouts
from billing.councils.wording import trace as trace_words
from billing.models import Order, Payment, Sale
from billing.stripe.gateway import client
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Flight, FlightDay
from tests.factories.billing import make_campaign, make_council, make_merchant_user
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


def sold(till: Till, shop: Merchant, **net_cents: int) -> Order:
    return till.sell(make_campaign(shop, net_cents, at=till.at))


def refund(till: Till, order: Order, cents: int) -> None:
    intent = Payment.objects.get(order=order).payment_intent
    client.client().v1.refunds.create({"payment_intent": intent, "amount": cents})
    till.settle()


def followed(order: Order) -> Trace:
    found = trace_of(order)
    assert found
    table = trace_words.table_of(found)
    assert sum(branch.cents for branch in table) == 0
    assert trace_words.drawing_of(found) is not None or found.shared_cents == 0
    return found


def test_unpaid_order_has_no_trace(till: Till, shop: Merchant) -> None:
    order = till.open(make_campaign(shop, {"north": 20_000}, at=till.at))
    assert trace_of(order) is None


def test_sale_is_parted_by_day_tax_fee_council_and_rest(till: Till, shop: Merchant) -> None:
    make_council("north", company="North Un", weight=800)
    make_council("north", company="North Deux", weight=430)
    found = followed(sold(till, shop, north=20_000))
    assert found.collected_cents == 24_000
    assert (found.vat_cents, found.fee_cents, found.refunded_cents) == (4_000, 385, 0)
    assert sorted(share.remaining_cents for share in found.shares) == [2_797, 5_203]
    assert found.rest_cents == 24_000 - 4_000 - 385 - 8_000
    assert (len(found.days), sum(row.net_cents for row in found.days)) == (5, 20_000)
    assert {row.views for row in found.days} == {None}


def test_days_show_how_often_they_were_seen(till: Till, shop: Merchant) -> None:
    order = sold(till, shop, north=20_000)
    flight = Flight.objects.get(campaign=order.campaign_id)
    FlightDay.objects.create(
        flight=flight, day=flight.starts_on, views=40, clicks=3, gathered_at=till.at
    )
    first, second, *_ = followed(order).days
    assert (first.views, first.clicks) == (40, 3)
    assert second.views is None


def test_fee_of_an_order_given_back_whole_reads_as_a_cost(till: Till, shop: Merchant) -> None:
    make_council("north")
    order = sold(till, shop, north=20_000)
    refund(till, order, 24_000)
    found = followed(order)
    assert found.rest_cents == -found.fee_cents == -385
    names = {branch.name: branch.cents for branch in trace_words.table_of(found)}
    assert "Troovon" not in names
    assert (names["Frais de paiement"], names["Frais supportés par Troovon"]) == (-385, 385)


def test_a_refund_after_the_transfer_is_a_branch_of_its_own(till: Till, shop: Merchant) -> None:
    till.active_account(make_council("north"))
    order = sold(till, shop, north=20_000)
    till.let_shares_leave()
    refund(till, order, 6_000)
    found = followed(order)
    (share,) = found.shares
    assert (found.refunded_cents, found.vat_cents) == (6_000, 3_000)
    assert (share.earned_cents, share.taken_cents, share.remaining_cents) == (8_000, 2_000, 6_000)
    assert (share.sent_cents, share.back_cents) == (8_000, 2_000)
    assert (share.there_cents, share.waiting_cents) == (6_000, 0)
    amounts = [step.amount for step in trace_words.steps_of(share)]
    assert len(amounts) == 5


def test_share_is_followed_into_a_bank_and_back_to_merchants(till: Till, shop: Merchant) -> None:
    council = make_council("north")
    account = till.active_account(council)
    first, second = sold(till, shop, north=20_000), sold(till, shop, north=10_000)
    till.let_shares_leave()
    payout = till.simulator.pull("payouts/now", account=account)["payout"]["id"]
    payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    (bank,) = followed(first).shares[0].banks
    assert (bank.stripe_id, bank.cents) == (payout, 8_000)
    back = banks.payout_trace(payout)
    assert back
    assert (back.council_name, back.other_cents) == ("CSE north", 0)
    assert back.merchants == [("Maison Cazal", 12_000)]
    # Stripe lists the newest first; two of the same second keep their order of arrival.
    rows = {row.order_reference: row.cents for row in back.rows}
    assert rows == {first.reference: 8_000, second.reference: 4_000}


def test_trace_follows_our_own_part_into_our_bank(till: Till, shop: Merchant) -> None:
    make_council("north")
    order = sold(till, shop, north=20_000)
    till.simulator.pull("clock/advance", days="4")
    payout = till.simulator.pull("payouts/now")["payout"]["id"]
    payouts.sync(payout, at=till.at)
    found = followed(order)
    assert [row.cents for row in found.banks] == [24_000 - 385 - 8_000]
    back = banks.payout_trace(payout)
    assert back
    # The whole available balance left, held shares included: that part belongs to no sale.
    assert back.other_cents == 8_000
    assert banks.payout_trace("po_none") is None


def test_number_of_statements_does_not_grow_with_a_trace(till: Till, shop: Merchant) -> None:
    make_council("north")
    small = sold(till, shop, north=20_000)
    make_council("south")
    large = sold(till, shop, north=20_000, south=20_000)

    def statements(order: Order) -> int:
        with CaptureQueriesContext(connection) as queries:
            followed(order)
        return len(queries)

    assert statements(small) == statements(large) <= 11


def test_merchant_alone_sees_where_its_money_went(till: Till, shop: Merchant) -> None:
    make_council("north")
    order = sold(till, shop, north=20_000)
    other = make_merchant_user("Irène")
    path = f"/desk/orders/{order.reference}/trace/"
    owner = SpaceClient(till.postman.client.host)
    owner.force_login(shop.owner)
    page = owner.get(path).content.decode()
    assert "CSE north" in page
    assert "80,00" in page
    owner.force_login(other)
    assert owner.get(path).status_code == 404
    assert Sale.objects.count() == 1
