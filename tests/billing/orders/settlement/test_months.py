"""A campaign with monthly payments: each month has its own campaign, order and sale."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from billing.councils.queries.due import shares_to_release
from billing.models import Invoice, Order, Payment, Refund, Sale, Share, StripeCall, Subscription
from billing.orders.actions.subscriptions import (
    end_subscription,
    resume_subscription,
    stop_subscription,
    take_todays_prices,
)
from billing.orders.queries.desk import order_page
from billing.orders.queries.months import subscription_page
from billing.orders.settlement import payments
from billing.stripe.gateway import reads
from billing.stripe.gateway.client import client
from billing.wording import reasons
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces.models import Tenant
from tests.factories.billing import (
    answered,
    make_council,
    make_merchant_user,
    make_terms,
    move_abroad,
)
from tests.fixtures.billing import BALANCED, Till, begins_with
from tests.fixtures.months import (
    Days,
    act,
    again,
    make_monthly,
    other_prices,
    periods,
    run_monthly,
)

pytestmark = [*BALANCED, begins_with(run_monthly)]


def test_the_first_month_is_a_sale_like_any_other(running: Subscription) -> None:
    make_council("north")
    subscription = again(running)
    payment = Payment.objects.get()
    assert (subscription.state, subscription.gross_cents) == ("active", 24_000)
    assert subscription.stripe_id.startswith("sub_")
    assert subscription.paid_until is not None
    assert (payment.state, payment.amount_cents) == ("succeeded", 24_000)
    assert payment.stripe_invoice.startswith("in_")
    assert Campaign.objects.get().state == "paid"
    assert Invoice.objects.count() == 1
    assert reads.group_of(payment.charge) == Sale.objects.get().transfer_group


@begins_with(None)
def test_three_months_are_sales_under_own_terms(till: Till, days: Days, monthly: Campaign) -> None:
    council = make_council("north", rate_bp=4_000)
    till.buy(monthly)
    make_terms(council, rate_bp=5_000, version=2, valid_from=till.at + dt.timedelta(days=40))
    days.pass_by(31)
    days.pass_by(31)

    assert list(Sale.objects.order_by("pk").values_list("gross_cents", flat=True)) == [24_000] * 3
    assert list(Share.objects.order_by("pk").values_list("amount_cents", flat=True)) == [
        4_000,
        4_000,
        5_000,
    ]
    assert Invoice.objects.filter(kind="invoice").count() == 3
    assert len(set(Sale.objects.values_list("transfer_group", flat=True))) == 3
    groups = {payment.charge: reads.group_of(payment.charge) for payment in Payment.objects.all()}
    assert set(groups.values()) == set(Sale.objects.values_list("transfer_group", flat=True))
    first, second, third = periods()
    assert second[0] == first[1] + dt.timedelta(days=1)
    assert third[0] == second[1] + dt.timedelta(days=1)
    assert again(Subscription.objects.get()).state == "active"


def test_night_finds_a_month_without_events(till: Till, days: Days, running: Subscription) -> None:
    till.simulator.pull("clock/advance", days="31")
    days.passed += dt.timedelta(days=31)
    assert Sale.objects.count() == 1
    days.night()
    assert Sale.objects.count() == 2


def test_refused_month_runs_only_once_paid(till: Till, days: Days, running: Subscription) -> None:
    customer = Merchant.objects.get(pk=running.merchant_id).stripe_customer
    till.simulator.pull(f"card/{customer}", outcome="declined_later")
    mail.outbox.clear()
    days.pass_by(31)

    subscription = again(running)
    assert (subscription.state, Sale.objects.count()) == ("past_due", 1)
    assert subscription.failed_invoice.startswith("in_")
    assert subscription.next_try_at is not None
    assert Campaign.objects.filter(state="paid").count() == 1
    assert [message.subject for message in mail.outbox].count(
        "Paiement refusé pour «\u00a0Formule du midi\u00a0»"
    ) == 1

    why = str(reasons.PAYMENTS[subscription.decline_code])
    assert subscription_page(subscription, at=timezone.now()).why_words == why
    assert why in " ".join(str(message.body) for message in mail.outbox)

    till.simulator.pull(f"card/{customer}", outcome="paid")
    days.pass_by(3)
    subscription = again(running)
    assert (subscription.state, Sale.objects.count()) == ("active", 2)
    assert (subscription.failed_invoice, subscription.next_try_at) == ("", None)


def test_months_that_stay_refused_are_over(till: Till, days: Days, running: Subscription) -> None:
    customer = Merchant.objects.get(pk=running.merchant_id).stripe_customer
    till.simulator.pull(f"card/{customer}", outcome="declined_later")
    days.pass_by(31)
    days.pass_by(15)
    assert (again(running).state, Sale.objects.count()) == ("ended", 1)


def test_stopped_subscription_keeps_its_month_or_resumes(days: Days, running: Subscription) -> None:
    assert not act(running, "stop").errors
    assert again(running).state == "ending"
    assert Campaign.objects.get(pk=running.campaign_id).state == "paid"
    assert not act(running, "resume").errors
    assert again(running).state == "active"
    act(running, "stop")
    days.pass_by(31)
    assert (again(running).state, Sale.objects.count()) == ("ended", 1)


def test_subscription_stopped_at_stripe_is_found_so(till: Till, running: Subscription) -> None:
    client().v1.subscriptions.update(running.stripe_id, {"cancel_at_period_end": True})
    payments.sync(Payment.objects.get().pk, at=till.at)
    running.refresh_from_db()
    assert running.state == "ending"


def test_ended_subscription_is_not_begun_again(days: Days, running: Subscription) -> None:
    assert not act(running, "end").errors
    assert again(running).state == "ended"
    for what in ("stop", "resume", "end", "prices"):
        assert act(running, what).non_field_errors()
    days.pass_by(31)
    assert Sale.objects.count() == 1


def test_agreed_price_holds_until_the_merchant_changes(days: Days, running: Subscription) -> None:
    other_prices(timezone.now())
    days.pass_by(31)
    assert list(Sale.objects.order_by("pk").values_list("net_cents", flat=True)) == [20_000] * 2

    shown = subscription_page(again(running), at=timezone.now())
    assert shown.other_price is not None
    assert shown.other_price.net_cents == 2 * 30 * 1_000
    assert act(running, "prices", seen="1").non_field_errors()
    assert not act(running, "prices", seen=str(shown.other_price.gross_cents)).errors
    days.night()
    assert reads.subscription(running.stripe_id).gross_cents == 72_000
    days.pass_by(31)
    newest = Sale.objects.latest("pk")
    assert (newest.net_cents, newest.gross_cents) == (60_000, 72_000)
    assert Order.objects.latest("pk").tariff_version == 9
    assert periods()[2][0] == periods()[1][1] + dt.timedelta(days=1)


def test_the_price_does_not_change_on_the_eve_of_a_debit(till: Till, running: Subscription) -> None:
    other_prices(till.at)
    found = again(running)
    assert found.paid_until
    with pytest.raises(Refused, match="déjà prêt"):
        take_todays_prices(
            subscription=found,
            by=found.merchant.owner,
            at=found.paid_until - dt.timedelta(hours=23),
        )


def test_part_of_a_closed_space_goes_back(till: Till, days: Days, running: Subscription) -> None:
    council = make_council("south")
    Tenant.objects.filter(schema_name="south").update(state=Tenant.State.SUSPENDED)
    days.pass_by(31)
    till.settle()

    order = Order.objects.latest("pk")
    assert (order.net_cents, order.gross_cents) == (10_000, 12_000)
    assert not Share.objects.filter(council=council, sale__order=order).exists()
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.sale, refund.state) == (12_000, None, "succeeded")
    assert reads.subscription(running.stripe_id).gross_cents == 12_000
    shown = order_page(Order.objects.select_related("campaign").get(pk=order.pk), came_back="")
    assert shown.left_out == [Tenant.objects.get(schema_name="south").name]
    days.pass_by(31)
    assert Sale.objects.latest("pk").gross_cents == 12_000
    assert Refund.objects.count() == 1


def test_blocked_shop_pays_no_other_month(till: Till, days: Days, running: Subscription) -> None:
    Merchant.objects.filter(pk=running.merchant_id).update(state=Merchant.State.BLOCKED)
    days.night()
    till.settle()
    assert again(running).state == "ended"
    days.pass_by(31)
    assert Sale.objects.count() == 1


def test_month_paid_for_nothing_goes_back(till: Till, days: Days, running: Subscription) -> None:
    Merchant.objects.filter(pk=running.merchant_id).update(state=Merchant.State.BLOCKED)
    days.pass_by(31)
    till.settle()
    assert (again(running).state, Sale.objects.count()) == ("ended", 1)
    assert Payment.objects.filter(is_duplicate=True).count() == 1
    assert Refund.objects.get().amount_cents == 24_000


def test_subscription_of_another_merchant_is_not_changed(till: Till, running: Subscription) -> None:
    given: dict[str, Any] = {"subscription": running, "by": make_merchant_user(), "at": till.at}
    for action in (stop_subscription, resume_subscription, end_subscription, take_todays_prices):
        with pytest.raises(NotAllowed):
            action(**given)


def test_a_second_change_waits_for_the_first(till: Till, running: Subscription) -> None:
    found = again(running)
    stop_subscription(subscription=found, by=found.merchant.owner, at=till.at)
    with pytest.raises(Refused, match="déjà en cours"):
        end_subscription(subscription=found, by=found.merchant.owner, at=till.at)


@begins_with(None)
def test_share_waits_for_its_charges_group(till: Till, days: Days, monthly: Campaign) -> None:
    council = make_council("north")
    till.active_account(council)
    till.buy(monthly)
    StripeCall.objects.filter(kind="group").update(state="parked", result_id="")
    share = Share.objects.get()
    Share.objects.update(release_at=till.at)
    assert share.pk not in shares_to_release(at=till.at)
    StripeCall.objects.filter(kind="group").update(state="done", result_id="ch")
    assert share.pk in shares_to_release(at=till.at)


@begins_with(None)
def test_month_bears_the_vat_of_the_day_it_was_collected(
    till: Till, days: Days, shop: Merchant
) -> None:
    abroad = move_abroad(shop, at=till.at - dt.timedelta(days=1))
    till.buy(make_monthly(abroad, at=till.at))
    for _ in range(31):
        till.simulator.pull("clock/advance", days="1")
    days.passed += dt.timedelta(days=36)
    answered(shop, "no", at=timezone.now() - dt.timedelta(days=2))  # collected five days ago
    days.night()
    assert list(Sale.objects.values_list("vat_cents", "gross_cents")) == [(0, 20_000)] * 2
    assert not Refund.objects.exists()
