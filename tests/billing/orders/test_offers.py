"""The cost of an order: its code, its tax, its least and most, and the merchant's own limit."""

import datetime as dt
from typing import Any

import pytest

from billing.forms import CancelForm, CheckoutForm
from billing.models import Order, OrderLine, PromotionCode
from billing.orders.actions.checkout import open_checkout
from billing.orders.actions.promotions import Offer, end_promotion, make_promotion
from billing.orders.actions.spending import set_spend_limit
from billing.orders.queries.desk import checkout_page
from billing.orders.queries.offers import codes, limit_of, orders_with, spending_of
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, PriceList
from saas.kernel.errors import Refused
from tests.factories.billing import (
    LONG_AGO,
    answered,
    make_campaign,
    make_merchant_user,
    make_shop,
    move_abroad,
)
from tests.fixtures.billing import Till
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


def make_code(code: str = "RENTREE", **given: Any) -> PromotionCode:
    offer = Offer(
        percent_bp=given.get("percent_bp", None if "amount_cents" in given else 1_000),
        amount_cents=given.get("amount_cents"),
        least_net_cents=given.get("least_net_cents", 0),
        valid_from=given.get("valid_from", LONG_AGO),
        valid_until=given.get("valid_until"),
        most_uses=given.get("most_uses"),
        once_per_merchant=given.get("once_per_merchant", True),
    )
    return make_promotion(
        code=code,
        offer=offer,
        merchant=given.get("merchant"),
        note="essai",
        by=make_merchant_user("Rosa"),
        at=AT,
    )


def order_it(campaign: Campaign, **given: Any) -> Order:
    owner = User.objects.get(pk=campaign.merchant.owner_id)
    return open_checkout(campaign=campaign, by=owner, **({"at": AT} | given))


def refused(campaign: Campaign, **given: Any) -> str:
    with pytest.raises(Refused) as refusal:
        order_it(campaign, **given)
    return refusal.value.sentence


def test_a_code_takes_its_part_off_each_line_and_the_tax_follows(shop: Merchant) -> None:
    make_code(percent_bp=1_250)
    order = order_it(make_campaign(shop, {"north": 9_999, "south": 3_334}, at=AT), code="rentree")
    lines = list(OrderLine.objects.filter(order=order))
    assert (order.list_net_cents, order.net_cents) == (13_333, 13_333 - 1_667)
    assert sum(line.net_cents for line in lines) == order.net_cents
    assert sum(line.vat_cents or 0 for line in lines) == order.vat_cents
    assert [line.list_cents for line in lines] == [9_999, 3_334]
    assert order.promotion is not None


@pytest.mark.parametrize("typed", ["RENTREE", " ren tree ", "Ren-Tree", "rentree\u00a0"])
def test_a_code_is_read_as_people_type_it(shop: Merchant, typed: str) -> None:
    make_code()
    order = order_it(make_campaign(shop, {"north": 10_000}, at=AT), code=typed)
    assert order.net_cents == 9_000


@pytest.mark.parametrize("typed", ["RENTREE2", "😀", "x" * 10_000, "'; DROP TABLE", "%", "\u202e"])
def test_unknown_code_is_refused_and_stays_in_the_field(shop: Merchant, typed: str) -> None:
    campaign = make_campaign(shop, {"north": 10_000}, at=AT)
    form = CheckoutForm({"code": typed, "seen": ""})
    assert form.submit(campaign=campaign, by=shop.owner, at=AT) is None
    assert form.errors["code"]
    assert form["code"].value() == typed
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"valid_from": AT + dt.timedelta(days=1)}, "à partir du"),
        ({"valid_until": AT}, "n’est plus valable"),
        ({"least_net_cents": 10_001}, "la commande fait"),
        ({"percent_bp": 10_000}, "il resterait"),
        ({"amount_cents": 9_999}, "il resterait"),
    ],
)
def test_code_that_does_not_hold_says_why(
    shop: Merchant, given: dict[str, Any], words: str
) -> None:
    make_code(**given)
    assert words in refused(make_campaign(shop, {"north": 10_000}, at=AT), code="RENTREE")


def test_a_code_for_somebody_else_does_not_exist(shop: Merchant) -> None:
    make_code(merchant=make_shop(name="Ti’Zeste"))
    assert "n’existe pas" in refused(make_campaign(shop, {"north": 10_000}, at=AT), code="RENTREE")


def test_a_code_is_used_once_by_each_and_as_often_as_it_may(shop: Merchant) -> None:
    make_code(most_uses=2)
    first = make_campaign(shop, {"north": 10_000}, at=AT)
    order_it(first, code="RENTREE")
    assert order_it(first, code="RENTREE").net_cents == 9_000
    again = make_campaign(shop, {"north": 10_000}, at=AT)
    assert "déjà utilisé" in refused(again, code="RENTREE")
    order_it(make_campaign(make_shop(), {"north": 10_000}, at=AT), code="RENTREE")
    third = make_campaign(make_shop(), {"north": 10_000}, at=AT)
    assert "autant de fois" in refused(third, code="RENTREE")
    Order.objects.filter(campaign=first).update(state="cancelled")
    assert order_it(third, code="RENTREE").net_cents == 9_000


def test_a_code_is_free_again_once_its_payment_was_closed(till: Till, shop: Merchant) -> None:
    code = make_code(most_uses=1)
    first = make_campaign(shop, {"north": 10_000}, at=till.at)
    order = CheckoutForm({"code": "RENTREE"}).submit(campaign=first, by=shop.owner, at=till.at)
    assert order is not None
    till.make_calls()
    second = make_campaign(shop, {"north": 10_000}, at=till.at)
    assert "déjà utilisé" in refused(second, code="RENTREE")
    CancelForm({}).submit(order=order, by=shop.owner, at=till.at)
    till.make_calls()
    assert Order.objects.get(pk=order.pk).state == "priced"
    assert [row.uses for row in codes(till.at)] == [0]
    assert orders_with(code) == []

    assert order_it(second, code="RENTREE").net_cents == 9_000
    assert "déjà utilisé" in refused(first)
    assert order_it(first, code="").net_cents == 10_000
    assert [row.uses for row in codes(till.at)] == [1]


def test_an_order_that_is_opened_anew_counts_its_code_again(till: Till, shop: Merchant) -> None:
    make_code(once_per_merchant=False, most_uses=1)
    first = make_campaign(shop, {"north": 10_000}, at=till.at)
    order = CheckoutForm({"code": "RENTREE"}).submit(campaign=first, by=shop.owner, at=till.at)
    assert order is not None
    till.make_calls()
    CancelForm({}).submit(order=order, by=shop.owner, at=till.at)
    till.make_calls()
    assert order_it(Campaign.objects.select_related("merchant__owner").get(pk=first.pk)) == order
    other = make_campaign(make_shop(), {"north": 10_000}, at=till.at)
    assert "autant de fois" in refused(other, code="RENTREE")


def test_a_code_that_ended_keeps_the_price_of_what_was_ordered(shop: Merchant) -> None:
    code = make_code()
    campaign = make_campaign(shop, {"north": 10_000}, at=AT)
    order = order_it(campaign, code="RENTREE")
    end_promotion(promotion=code, by=shop.owner, at=AT)
    with pytest.raises(Refused, match="déjà terminé"):
        end_promotion(promotion=code, by=shop.owner, at=AT)
    assert order_it(campaign).pk == order.pk
    other = make_campaign(make_shop(), {"north": 10_000}, at=AT)
    assert "plus valable" in refused(other, code="RENTREE")


def test_new_code_before_the_payment_makes_another_order(shop: Merchant) -> None:
    make_code()
    make_code("ETE", amount_cents=500)
    campaign = make_campaign(shop, {"north": 10_000}, at=AT)
    first = order_it(campaign, code="RENTREE")
    second = order_it(campaign, code="ETE")
    assert Order.objects.get(pk=first.pk).state == "cancelled"
    assert (second.pk != first.pk, second.net_cents) == (True, 9_500)
    assert order_it(campaign, code="").net_cents == 10_000


def test_a_code_does_not_fit_what_is_paid_each_month(shop: Merchant) -> None:
    make_code()
    campaign = make_campaign(shop, {"north": 10_000}, at=AT)
    Campaign.objects.filter(pk=campaign.pk).update(rhythm="monthly")
    assert "une seule fois" in refused(campaign, code="RENTREE")


@pytest.mark.parametrize(
    ("code", "given", "field"),
    [
        ("é", {}, "code"),
        ("BON", {"percent_bp": 0}, "percent_bp"),
        ("BON", {"valid_until": LONG_AGO}, "valid_until"),
    ],
)
def test_code_that_makes_no_sense_is_not_made(code: str, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        make_code(code, **given)
    assert refusal.value.field == field


def test_tax_is_worked_out_on_the_sum_of_the_lines(shop: Merchant) -> None:
    """BR-CO-17: line by line it would be 201 + 201."""
    order = order_it(make_campaign(shop, {"north": 1_003, "south": 1_003}, at=AT))
    assert order.vat_cents == 401


def test_company_abroad_owes_its_tax_itself_once_vies_has_confirmed_it(shop: Merchant) -> None:
    belgian = {"country": "BE", "number": "BE0411905847"}
    abroad = move_abroad(shop, **belgian, answer="unreachable", at=AT - dt.timedelta(days=1))
    first = order_it(make_campaign(abroad, {"north": 10_000}, at=AT))
    assert (first.vat_treatment, first.vat_rate_bp, first.vat_cents) == ("domestic", 2_000, 2_000)
    answered(shop, "yes", number="BE0411905847", at=AT)
    campaign = make_campaign(abroad, {"north": 10_000}, at=AT)
    order = order_it(campaign)
    assert (order.vat_treatment, order.vat_rate_bp, order.vat_cents) == ("reverse_charge", 0, 0)
    assert order.gross_cents == 10_000
    first.refresh_from_db()
    assert (first.state, first.vat_cents, first.gross_cents) == ("priced", 2_000, 12_000)


def test_order_under_another_vat_is_shown_and_placed_anew_at_todays(shop: Merchant) -> None:
    abroad = move_abroad(shop, at=AT - dt.timedelta(days=1))
    campaign = make_campaign(abroad, {"north": 10_000}, at=AT)
    code = make_code("RENTREE", percent_bp=1_000)
    first = order_it(campaign, code=code.code)
    assert first.gross_cents == 9_000
    assert checkout_page(campaign, at=AT).quote.gross_cents == 9_000
    answered(shop, "no", at=AT + dt.timedelta(hours=1))
    later = AT + dt.timedelta(hours=2)
    shown = checkout_page(campaign, at=later)
    assert (shown.quote.gross_cents, shown.quote.vat_bp) == (10_800, 2_000)
    assert "ne connaît pas votre numéro" in shown.vat.words
    second = order_it(campaign, at=later, seen=str(shown.quote.gross_cents))
    assert (second.gross_cents, second.promotion) == (10_800, code)
    first.refresh_from_db()
    assert (first.state, first.gross_cents) == ("cancelled", 9_000)


def test_a_total_that_changed_meanwhile_is_shown_before_it_is_ordered(shop: Merchant) -> None:
    campaign = make_campaign(shop, {"north": 10_000}, at=AT)
    assert "maintenant de 120,00" in refused(campaign, seen="11999")
    less = order_it(make_campaign(shop, {"north": 10_000}, at=AT), seen="12001")
    assert less.gross_cents == 12_000
    assert order_it(campaign, seen="12000").gross_cents == 12_000


def test_an_order_keeps_within_the_least_and_the_most_of_the_list(shop: Merchant) -> None:
    PriceList.objects.create(version=8, valid_from=AT, least_net_cents=10_001)
    assert "100,01" in refused(make_campaign(shop, {"north": 10_000}, at=AT))
    PriceList.objects.create(version=9, valid_from=AT, most_net_cents=9_999)
    assert "99,99" in refused(make_campaign(shop, {"north": 10_000}, at=AT))


def test_more_than_stripe_takes_is_refused(shop: Merchant) -> None:
    assert "99\u202f999,99" in refused(make_campaign(shop, {"north": 9_000_000}, at=AT)).replace(
        "\u00a0", "\u202f"
    )


def test_a_merchant_keeps_within_its_own_limit(shop: Merchant) -> None:
    set_spend_limit(limit_cents=20_000, by=shop.owner, at=AT)
    order_it(make_campaign(shop, {"north": 10_000}, at=AT))
    second = make_campaign(shop, {"north": 10_000}, at=AT)
    assert "il reste 80,00" in refused(second)
    set_spend_limit(limit_cents=24_000, by=shop.owner, at=AT)
    assert order_it(second).gross_cents == 12_000
    spent = spending_of(shop.owner, at=AT)
    assert spent is not None
    assert (spent.spent_cents, spent.left_cents) == (24_000, 0)
    next_month = spending_of(shop.owner, at=AT + dt.timedelta(days=10))
    assert next_month is not None
    assert next_month.spent_cents == 0
    with pytest.raises(Refused):
        set_spend_limit(limit_cents=0, by=shop.owner, at=AT)
    set_spend_limit(limit_cents=None, by=shop.owner, at=AT)
    assert limit_of(shop.owner) is None
