"""An order without French VAT and a buyer that moves: a case opens, invoices stay consistent."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Case, Invoice, Order, Sale
from billing.orders.rules.checkout import MISSING_VAT
from billing.orders.settlement import payments
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules.vat import MOVED_FOR
from tests.factories.billing import (
    answered,
    make_campaign,
    make_council,
    make_shop,
    move_abroad,
)
from tests.fixtures.billing import Till
from tests.saas.catalogue.making import describe_again

pytestmark = pytest.mark.django_db
A_DAY = dt.timedelta(days=1)
KEHL: dict[str, Any] = {"latitude": Decimal("48.573000"), "longitude": Decimal("7.815000")}
NANTES: dict[str, Any] = {"latitude": Decimal("47.190000"), "longitude": Decimal("-1.560000")}
SEAT = {"seat_street": "Hauptstraße 1", "seat_postcode": "77694", "seat_city": "Kehl"}
GERMAN: dict[str, Any] = {"country": "DE", "vat_number": "DE136695976", "siren": "", **SEAT}


@pytest.fixture
def abroad(till: Till) -> Merchant:
    make_council("north")
    return move_abroad(make_shop(), at=till.at - A_DAY)


def bought(till: Till, shop: Merchant) -> Order:
    order = till.sell(make_campaign(shop, {"north": 10_000}, at=till.at))
    assert order.vat_cents == 0
    return order


def moved_cases() -> list[str]:
    cases = Case.objects.filter(kind=Case.Kind.ESTABLISHMENT)
    return list(cases.order_by("pk").values_list("subject", flat=True))


@pytest.mark.usefixtures("balanced")
@pytest.mark.parametrize(
    "change",
    [
        {**GERMAN, **NANTES},
        {**GERMAN, **KEHL, "seat_city": "Offenburg"},
        {**GERMAN, **KEHL, "vat_number": "DE811569869"},
        {**GERMAN, **KEHL, "siren": "732829320"},
        {**KEHL, "country": "FR", "vat_number": "", "siren": "732829320"},
    ],
    ids=["pin", "address", "number", "siren", "country"],
)
def test_change_within_ninety_days_of_a_reverse_charge_opens_a_case(
    till: Till, abroad: Merchant, change: dict[str, Any]
) -> None:
    order = bought(till, abroad)
    describe_again(abroad, at=till.at + MOVED_FOR - A_DAY, **change)
    assert moved_cases() == [order.reference]


@pytest.mark.usefixtures("balanced")
def test_same_data_or_a_change_after_ninety_days_opens_no_case(
    till: Till, abroad: Merchant
) -> None:
    describe_again(abroad, at=till.at - A_DAY, **GERMAN, **KEHL)
    bought(till, abroad)
    describe_again(abroad, at=till.at + A_DAY, **GERMAN, **KEHL, phone="01 99 00 00 00")
    describe_again(abroad, at=till.at + MOVED_FOR, **GERMAN, **NANTES)
    assert moved_cases() == []


def test_order_paid_without_vat_by_a_buyer_in_france_is_not_booked(
    till: Till, abroad: Merchant
) -> None:
    order = till.open(make_campaign(abroad, {"north": 10_000}, at=till.at))
    payment = till.pay(order)
    describe_again(abroad, at=till.at, **GERMAN, **NANTES)
    with pytest.raises(Exception, match=MISSING_VAT):
        payments.sync(payment.pk, at=till.at)
    case = Case.objects.get(kind=Case.Kind.PAYMENT_MISMATCH)
    assert MISSING_VAT in case.details
    assert not Sale.objects.exists()
    assert not Invoice.objects.exists()


def test_moved_pin_saves_no_cent_of_vat(till: Till) -> None:
    """A shop in France, a number that VIES confirms, the pin set to Kehl for one order."""
    make_council("north")
    shop = make_shop()
    describe_again(shop, at=till.at - A_DAY, **GERMAN, **NANTES)
    answered(shop, "yes", at=till.at - A_DAY)
    describe_again(shop, at=till.at, **GERMAN, **KEHL)
    order = till.open(make_campaign(shop, {"north": 15_673}, at=till.at))
    assert (order.net_cents, order.vat_cents, order.gross_cents) == (15_673, 3_135, 18_808)
