"""A stopped campaign is refunded for its remaining days; a refund is returned by the bank."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from billing.adjustments import tasks
from billing.adjustments.actions.refunds import (
    approve_refund,
    confirm_refund_paid,
    pay_refund_otherwise,
    refund_what_has_not_run,
    reject_refund,
    request_refund,
)
from billing.adjustments.queries.refunds import refunds_to_approve, what_has_not_run
from billing.models import Invoice, LedgerEntry, Order, Refund, Sale, Subscription
from billing.orders.settlement import returns
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Price, PriceList
from saas.kernel.errors import Refused
from tests.billing.adjustments.settlement.test_refunds import shares
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.fixtures.billing import BALANCED, Till, begins_with, books
from tests.fixtures.months import Days


def small(till: Till) -> None:
    """Sell ten days in two spaces for 200.00 before VAT, with forty per cent for the north."""
    make_council("north")
    sell(till, 10_000)


def large(till: Till) -> None:
    """800.00 before VAT for ten days in two spaces, and no council."""
    sell(till, 40_000)


def sell(till: Till, net_cents: int) -> None:
    nets = {"north": net_cents, "south": net_cents}
    till.sell(make_campaign(make_shop(), nets, at=till.at, days=10))


pytestmark = [*BALANCED, begins_with(small)]


def on_day(till: Till, number: int) -> dt.datetime:
    """A moment of the so-maniest day of the flights, which begin in three days."""
    return till.at + dt.timedelta(days=2 + number)


def stop(till: Till, order: Order, by: User, at: dt.datetime) -> Refund:
    seen = what_has_not_run(order, at=at).gross_cents
    return refund_what_has_not_run(order=order, seen_cents=seen, by=by, at=at)


def test_days_from_tomorrow_on_go_back_with_their_tax(till: Till, order: Order) -> None:
    shown = what_has_not_run(order, at=on_day(till, 3))
    assert [(line.days, line.net_cents, line.vat_cents) for line in shown.lines] == [
        ((10, 7), 7_000, 1_400),
        ((10, 7), 7_000, 1_400),
    ]
    assert (shown.gross_cents, shown.is_capped) == (16_800, False)


def test_all_goes_back_before_the_first_day_none_after_the_last(till: Till, order: Order) -> None:
    assert what_has_not_run(order, at=till.at).gross_cents == 24_000
    assert what_has_not_run(order, at=on_day(till, 10)).gross_cents == 0
    with pytest.raises(Refused, match="Tout a été diffusé"):
        stop(till, order, order.merchant.owner, on_day(till, 10))


def test_merchant_stops_a_campaign_and_gets_back_what_has_not_run(till: Till, order: Order) -> None:
    refund = stop(till, order, order.merchant.owner, on_day(till, 3))
    assert (refund.origin, refund.state) == ("merchant", "approved")
    assert Campaign.objects.get().state == "stopped"
    till.settle()
    refund.refresh_from_db()
    assert (refund.state, refund.amount_cents) == ("succeeded", 16_800)
    note = Invoice.objects.get(kind="credit_note")
    assert (note.net_cents, note.vat_cents) == (14_000, 2_800)
    assert shares() == [(1_200, "held")]


@begins_with(large)
def test_stop_above_500_euros_waits_for_operators(till: Till, order: Order, operator: User) -> None:
    refund = stop(till, order, order.merchant.owner, on_day(till, 3))
    assert refund.state == "requested"
    assert Campaign.objects.get().state == "stopped"
    assert [row.reference for row in refunds_to_approve()] == [refund.reference]
    approve_refund(refund=refund, by=operator, at=till.at)
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "succeeded"


def test_amount_changed_meanwhile_is_not_returned(till: Till, order: Order, operator: User) -> None:
    seen = what_has_not_run(order, at=on_day(till, 3)).gross_cents
    with pytest.raises(Refused, match="a changé"):
        refund_what_has_not_run(order=order, seen_cents=seen, by=operator, at=on_day(till, 4))
    assert Campaign.objects.get().state == "paid"


def test_no_more_goes_back_than_is_left(till: Till, order: Order, operator: User) -> None:
    till.give_back(order, 20_000, operator)
    shown = what_has_not_run(order, at=on_day(till, 3))
    assert (shown.gross_cents, shown.is_capped) == (4_000, True)


def test_payment_of_a_withdrawn_campaign_goes_back_whole(till: Till, order: Order) -> None:
    sale = Sale.objects.select_related("payment").get()
    returns.give_back_withdrawn(sale, at=till.at)
    returns.give_back_withdrawn(sale, at=till.at)
    till.jobs.catch_up()
    till.settle()
    refund = Refund.objects.get()
    assert (refund.origin, refund.state, refund.amount_cents) == ("withdrawn", "succeeded", 24_000)
    assert shares() == [(0, "cancelled")]


def sent_back(till: Till, order: Order, by: User, cents: int) -> Refund:
    """A refund that the merchant's bank sends back some days later."""
    refund = request_refund(order=order, amount_cents=cents, by=by, at=till.at)
    if refund.state == "requested":
        approve_refund(refund=refund, by=make_merchant_user("Onyx"), at=till.at)
    till.settle()
    refund.refresh_from_db()
    till.simulator.pull(f"refund/{refund.stripe_id}/failed")
    mail.outbox.clear()
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "failed"
    return refund


def mail_bodies() -> list[str]:
    return [str(message.body) for message in mail.outbox]


def test_a_refund_that_came_back_is_paid_by_other_means_and_mailed_to_the_merchant(
    till: Till, order: Order, operator: User
) -> None:
    refund = sent_back(till, order, operator, 8_000)
    assert "80,00\u00a0€" in mail_bodies()[0]
    assert "nous est revenu" in mail_bodies()[0]
    assert books("receivable") == -8_000
    mail.outbox.clear()
    pay_refund_otherwise(refund=refund, how="virement du 3 mai", by=operator, at=till.at)
    tasks.mail_refund(refund.pk)
    assert (books("receivable"), books("bank.transit")) == (0, -8_000)
    assert "virement du 3 mai" in mail_bodies()[0]
    with pytest.raises(Refused):
        pay_refund_otherwise(refund=refund, how="encore", by=operator, at=till.at)


@begins_with(large)
def test_large_returned_refund_takes_two_persons(till: Till, order: Order, operator: User) -> None:
    refund = sent_back(till, order, operator, 60_000)
    pay_refund_otherwise(refund=refund, how="virement", by=operator, at=till.at)
    assert books("bank.transit") == 0
    with pytest.raises(Refused, match="autre personne"):
        confirm_refund_paid(refund=refund, seen_how="virement", by=operator, at=till.at)
    onyx = make_merchant_user("Onyx")
    pay_refund_otherwise(refund=refund, how="virement à Jaspe", by=operator, at=till.at)
    with pytest.raises(Refused, match="Rechargez"):
        confirm_refund_paid(refund=refund, seen_how="virement", by=onyx, at=till.at)
    confirm_refund_paid(refund=refund, seen_how="virement à Jaspe", by=onyx, at=till.at)
    assert books("bank.transit") == -60_000


@pytest.mark.by_hand
@pytest.mark.parametrize("state", ["succeeded", "requested"])
def test_refund_that_did_not_come_back_is_not_paid_twice(
    till: Till, order: Order, operator: User, state: str
) -> None:
    refund = till.give_back(order, 8_000, operator)
    Refund.objects.filter(pk=refund.pk).update(state=state)
    with pytest.raises(Refused):
        pay_refund_otherwise(refund=refund, how="virement", by=operator, at=till.at)
    assert not LedgerEntry.objects.filter(account="bank.transit").exists()


@begins_with(None)
def test_stopped_campaign_collects_no_month(till: Till, running: Subscription, days: Days) -> None:
    order = Order.objects.select_related("merchant__owner").get()
    stop(till, order, order.merchant.owner, till.at)
    till.settle()
    running.refresh_from_db()
    assert running.state == "ended"
    days.pass_by(40)
    assert Order.objects.get().state == "refunded"


@begins_with(None)
@pytest.mark.parametrize(("passed", "state"), [(0, "ended"), (40, "active")])
def test_month_that_is_given_back_whole_while_it_runs_is_the_last(
    till: Till, running: Subscription, days: Days, operator: User, passed: int, state: str
) -> None:
    order = Order.objects.get()
    days.pass_by(passed)
    request_refund(order=order, amount_cents=24_000, by=operator, at=timezone.now())
    till.settle()
    order.refresh_from_db()
    running.refresh_from_db()
    assert (order.state, running.state) == ("refunded", state)


def test_second_stop_gives_nothing_more_back(till: Till, order: Order, operator: User) -> None:
    owner = order.merchant.owner
    stop(till, order, owner, on_day(till, 4))
    till.settle()
    for by, day in ((owner, 4), (operator, 4), (owner, 8)):
        shown = what_has_not_run(order, at=on_day(till, day))
        assert (shown.gross_cents, shown.given_cents) == (0, 14_400)
        assert (shown.stopped_at, shown.is_capped) == (on_day(till, 4), False)
        with pytest.raises(Refused, match="déjà arrêtée\u00a0: 144,00\u00a0€ sont rendus"):
            stop(till, order, by, on_day(till, day))
    assert Refund.objects.get().amount_cents == 14_400
    order.refresh_from_db()
    assert order.state == "partly_refunded"


@begins_with(large)
def test_stop_that_waits_is_not_asked_for_twice(till: Till, order: Order, operator: User) -> None:
    stop(till, order, order.merchant.owner, on_day(till, 3))
    with pytest.raises(Refused, match="672,00"):
        stop(till, order, operator, on_day(till, 3))
    assert Refund.objects.count() == 1


@begins_with(large)
def test_rejected_stop_is_asked_for_anew(till: Till, order: Order, operator: User) -> None:
    first = stop(till, order, order.merchant.owner, on_day(till, 3))
    reject_refund(refund=first, by=operator, at=on_day(till, 4))
    assert Campaign.objects.get().state == "stopped"
    shown = what_has_not_run(order, at=on_day(till, 30))
    assert (shown.gross_cents, shown.given_cents) == (67_200, 0)
    assert shown.stopped_at == on_day(till, 3)
    second = stop(till, order, order.merchant.owner, on_day(till, 30))
    assert (second.amount_cents, second.state) == (67_200, "requested")
    assert Campaign.objects.get().stopped_at == on_day(till, 3)


@begins_with(large)
def test_refund_since_a_stop_is_taken_off_later(till: Till, order: Order, operator: User) -> None:
    first = stop(till, order, order.merchant.owner, on_day(till, 3))
    reject_refund(refund=first, by=operator, at=on_day(till, 4))
    request_refund(order=order, amount_cents=20_000, by=operator, at=on_day(till, 5))
    shown = what_has_not_run(order, at=on_day(till, 6))
    assert (shown.gross_cents, shown.given_cents) == (47_200, 20_000)


def test_refund_before_the_stop_is_no_part_of_it(till: Till, order: Order, operator: User) -> None:
    request_refund(order=order, amount_cents=1_000, by=operator, at=till.at)
    assert stop(till, order, operator, on_day(till, 4)).amount_cents == 14_400
    assert what_has_not_run(order, at=on_day(till, 5)).given_cents == 14_400


@pytest.mark.parametrize(("weekend_bp", "left"), [(0, 24_000), (5_000, 21_000), (20_000, 17_143)])
@begins_with(None)
def test_day_goes_back_at_its_price(till: Till, shop: Merchant, weekend_bp: int, left: int) -> None:
    """Check the refund on day two of ten from a Saturday: six weekdays and a weekend are left."""
    prices = PriceList.objects.create(version=9, valid_from=till.at)
    Price.objects.create(
        price_list=prices,
        slot="home_feed",
        day_cents=1_000,
        day_per_hundred_cents=0,
        weekend_bp=weekend_bp,
    )
    campaign = make_campaign(shop, {"north": 20_000}, at=till.at, days=10)
    order = till.sell(campaign)
    shown = what_has_not_run(order, at=on_day(till, 2))
    assert [(line.days, line.gross_cents) for line in shown.lines] == [((10, 8), left)]
