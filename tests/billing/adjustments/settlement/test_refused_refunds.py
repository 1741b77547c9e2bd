"""Refunds that Stripe refused or delayed: the merchant's page and the operator's open tasks."""

import datetime as dt
from typing import Any

import pytest

from billing.adjustments.actions.refunds import request_refund
from billing.adjustments.queries.due import refused_refunds
from billing.adjustments.queries.refunds import refunds_page
from billing.models import Invoice, Order, Payment, Refund
from billing.orders.queries.desk import order_page
from billing.stripe.gateway.client import client
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.console.queries.needs import needs
from tests.factories.billing import make_campaign, make_council
from tests.factories.records import make_dispute
from tests.fixtures.billing import Till, begins_with, paid
from tests.fixtures.people import AT

pytestmark = [pytest.mark.django_db, begins_with(paid)]

PRICE = 24_000


@pytest.fixture
def refused(payment: Payment) -> Refund:
    """A refund of a payment that came twice, which Stripe did not make."""
    return refund_of(payment, AT, origin="duplicate", state="failed", problem="unknown")


def refund_of(payment: Payment, at: dt.datetime, **columns: Any) -> Refund:
    values = {"amount_cents": PRICE, "requested_at": at, "payment": payment}
    return Refund.objects.create(**(values | columns))


def needs_of_operators(at: dt.datetime) -> list[str]:
    return [need.text for need in needs(at=at) if "pas fait" in need.text]


@begins_with(None)
def test_refund_made_elsewhere_is_mailed_once(till: Till, shop: Merchant, operator: User) -> None:
    order = till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    payment = Payment.objects.get(order=order)
    refund = request_refund(order=order, amount_cents=PRICE, by=operator, at=till.at)
    client().v1.refunds.create({"payment_intent": payment.payment_intent})
    till.jobs.catch_up()
    till.settle()
    refund.refresh_from_db()
    assert (refund.state, refund.problem) == ("failed", "charge_already_refunded")
    order = Order.objects.select_related("merchant", "campaign", "promotion").get()
    notes = [note.text for note in order_page(order, came_back="").notes]
    assert len(notes) == 2
    assert "n’a pas été fait\u00a0: tout vous avait déjà été rendu" in notes[0]
    assert "vous sont rendus depuis" in notes[1]
    assert needs_of_operators(till.at) == []


@pytest.mark.parametrize("state", ["failed", "canceled"])
@pytest.mark.parametrize("origin", ["duplicate", "withdrawn", "merchant"])
def test_refund_owed_waits_for_an_operator(payment: Payment, origin: str, state: str) -> None:
    for cents in (1_000, 2_000):
        refund_of(payment, AT, origin=origin, state=state, amount_cents=cents)
    assert needs_of_operators(AT) == ["2 remboursements dus et pas faits, à refaire"]


@pytest.mark.parametrize(
    "columns",
    [
        {"origin": "operator"},
        {"origin": "dashboard"},
        {"state": "rejected"},
        {"state": "sending"},
        {"accepted_at": dt.datetime(2026, 11, 25, tzinfo=dt.UTC)},
    ],
)
def test_refund_not_promised_waits_for_nobody(refused: Refund, columns: dict[str, Any]) -> None:
    Refund.objects.update(**columns)
    assert needs_of_operators(AT) == []


def test_refused_refund_waits_until_its_payment_was_given_back(refused: Refund) -> None:
    refund_of(refused.payment, AT, state="failed")
    refund_of(refused.payment, AT, amount_cents=1, state="requires_action")
    assert needs_of_operators(AT) == ["1 remboursement dû et pas fait, à refaire"]
    refund_of(refused.payment, AT, amount_cents=1, state="succeeded", accepted_at=AT)
    assert needs_of_operators(AT) == []


def test_refused_refund_waits_until_as_much_was_given_back_anew(refused: Refund) -> None:
    before = refund_of(refused.payment, AT, amount_cents=10_000, accepted_at=AT)
    Refund.objects.filter(pk=refused.pk).update(amount_cents=9_000)
    Refund.objects.filter(pk=before.pk).update(id=refused.pk - 1)
    refund_of(refused.payment, AT, amount_cents=4_000, accepted_at=AT)
    assert list(refused_refunds()) == [refused]
    Refund.objects.filter(amount_cents=10_000).update(amount_cents=2_000)
    refund_of(refused.payment, AT, amount_cents=9_000, accepted_at=AT)
    assert list(refused_refunds()) == []


@pytest.mark.parametrize(("state", "waits"), [("lost", 0), ("under_review", 1), ("won", 1)])
def test_refused_refund_waits_until_a_bank_took_it(refused: Refund, state: str, waits: int) -> None:
    make_dispute(refused.payment, at=AT, state=state, amount_cents=PRICE)
    assert refused_refunds().count() == waits


@begins_with(None)
def test_refund_without_funds_waits_and_goes_once_money_comes(till: Till, shop: Merchant) -> None:
    make_council("north")
    order = till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    till.simulator.pull("balance", available="1000")
    refund = till.give_back(order, 24_000)
    assert (refund.state, refund.problem) == ("pending", "waits_for_funds")
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    own = Order.objects.select_related("campaign", "merchant", "promotion").get(pk=order.pk)
    (note,) = order_page(own, came_back="").notes
    assert "dès que notre compte chez lui le permet" in note.text
    (line,), _page = refunds_page(state="pending", words="", number="1")
    assert "Alimentez le solde" in line.next_words
    assert any("attend notre solde" in need.text for need in needs(at=till.at))
    till.simulator.pull("balance", change="30000")
    till.simulator.pull("clock/advance", seconds="1")
    till.settle()
    refund.refresh_from_db()
    assert (refund.state, refund.problem) == ("succeeded", "")
