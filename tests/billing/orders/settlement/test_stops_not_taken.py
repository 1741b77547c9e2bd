"""Stops that Stripe refused: shown to the merchant, clicked again, or made by an operator."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import timezone

from billing.models import Payment, Refund, Sale, StateChange, StripeCall, Subscription
from billing.orders.actions.subscriptions import end_for_merchant
from billing.orders.queries.months import subscription_page
from billing.orders.queries.running import standing_of
from billing.orders.settlement import subscriptions
from billing.stripe.actions.operators import retry_call
from billing.stripe.gateway import reads, writes
from billing.stripe.rules.answers import Problem
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from tests.factories import stripe_objects
from tests.fixtures.billing import BALANCED, Till, begins_with
from tests.fixtures.months import Days, act, again, other_prices, periods, run_monthly

pytestmark = [*BALANCED, begins_with(run_monthly)]


REFUSED = Problem(400, "invalid_request_error", message="No such thing.")


@contextmanager
def refusing(problem: Problem = REFUSED) -> Iterator[None]:
    """Let Stripe take no change to a subscription for a while."""
    with pytest.MonkeyPatch.context() as while_it_lasts:
        for name in ("change_subscription", "end_subscription"):
            while_it_lasts.setattr(writes, name, stripe_objects.refusing(problem))
        yield


def calls() -> list[tuple[str, str]]:
    rows = StripeCall.objects.filter(kind__in=["stop", "end", "reprice"])
    return list(rows.order_by("pk").values_list("kind", "state"))


def end_by(operator: User, subscription: Subscription, *, at_once: bool) -> None:
    """End a subscription as an operator, after the merchant's attempt failed."""
    found = again(subscription)
    given: dict[str, Any] = {"reason": "demandé par téléphone", "seen": standing_of(found)}
    end_for_merchant(subscription=found, at_once=at_once, by=operator, at=timezone.now(), **given)


def failed_stop_of(subscription: Subscription) -> str:
    return subscription_page(again(subscription), at=timezone.now()).not_taken


@pytest.mark.parametrize(("pressed", "state"), [("stop", "ending"), ("end", "ended")])
def test_second_click_stops_by_the_same_call(
    running: Subscription, pressed: str, state: str
) -> None:
    with refusing():
        assert not act(running, pressed).errors
        assert calls() == [(pressed, "parked")]
        assert "L’arrêt n’a pas abouti chez Stripe" in failed_stop_of(running)
        assert "240,00\u00a0€ restent prévus le 25/12/2026" in failed_stop_of(running)
        assert not act(running, pressed).errors
        assert (again(running).state, calls()) == ("active", [(pressed, "parked")])
    assert not act(running, pressed).errors
    assert (again(running).state, calls()) == (state, [(pressed, "done")])
    assert failed_stop_of(running) == ""


def test_a_stop_that_was_done_after_all_is_found_and_not_made_again(running: Subscription) -> None:
    with refusing():
        act(running, "stop")
    writes.change_subscription(running.stripe_id, {"cancel_at_period_end": True}, "by hand")
    with refusing():
        act(running, "stop")
    assert (again(running).state, calls()) == ("ending", [("stop", "done")])


def test_new_stop_replaces_one_that_stripe_did_not_take(running: Subscription) -> None:
    with refusing():
        act(running, "stop")
        act(running, "end")
    assert calls() == [("stop", "failed"), ("end", "parked")]
    assert not act(running, "stop").errors
    assert (again(running).state, calls()[1:]) == ("ending", [("end", "failed"), ("stop", "done")])
    given_up = StateChange.objects.filter(machine="call", trigger="given_up")
    assert set(given_up.values_list("by", flat=True)) == {again(running).merchant.owner.reference}


def test_a_resumption_that_was_not_taken_is_shown_and_pressed_again(running: Subscription) -> None:
    act(running, "stop")
    with refusing():
        act(running, "resume")
    assert "La reprise n’a pas abouti" in failed_stop_of(running)
    assert "Sinon l’abonnement s’arrête le 25/12/2026." in failed_stop_of(running)
    assert not act(running, "resume").errors
    assert again(running).state == "active"


def test_stop_under_way_is_awaited(running: Subscription) -> None:
    with refusing(Problem(None, "api_connection_error")):
        act(running, "stop")
    assert "attendez qu’il soit fait" in str(act(running, "stop").non_field_errors())
    assert failed_stop_of(running) == ""


def test_stop_before_the_first_paid_month_asks_nothing_of_stripe(running: Subscription) -> None:
    Subscription.objects.filter(pk=running.pk).update(state="opening", stripe_id="")
    for pressed in ("stop", "end"):
        assert "il n’y a rien à arrêter" in str(act(running, pressed).non_field_errors())
    assert calls() == []


@pytest.mark.parametrize(("at_once", "state"), [(False, "ending"), (True, "ended")])
def test_an_operator_ends_it_where_the_merchant_could_not(
    till: Till, days: Days, running: Subscription, operator: User, *, at_once: bool, state: str
) -> None:
    with refusing():
        act(running, "stop")
    end_by(operator, running, at_once=at_once)
    for _looked_for_then_made in range(2):
        till.jobs.catch_up()
    assert again(running).state == state
    assert reads.subscription(running.stripe_id).stops_at_period_end is not at_once
    change = StateChange.objects.filter(machine="subscription", by=operator.reference).get()
    assert change.why == "demandé par téléphone"
    days.pass_by(31)
    assert (again(running).state, Sale.objects.count()) == ("ended", 1)


def test_operator_decides_on_what_was_shown(
    till: Till, running: Subscription, operator: User
) -> None:
    found = again(running)
    seen = standing_of(found)
    assert found.paid_until
    later = found.paid_until + dt.timedelta(days=30)
    Subscription.objects.filter(pk=running.pk).update(paid_until=later)
    given: dict[str, Any] = {"subscription": found, "at_once": True, "by": operator, "at": till.at}
    with pytest.raises(Refused, match="vient de changer"):
        end_for_merchant(**given, reason="doublon", seen=seen)
    with pytest.raises(Refused, match="Dites pourquoi"):
        end_for_merchant(**given, reason=" ", seen=standing_of(again(running)))
    assert calls() == []


def test_end_of_a_double_that_was_not_taken_stays_and_keeps_nobody(running: Subscription) -> None:
    subscriptions.end(running, target="sub_double")
    StripeCall.objects.filter(kind="end").update(state="parked")
    assert failed_stop_of(running) == ""
    assert "Un double de cet abonnement" in str(act(running, "end").non_field_errors())
    assert not act(running, "stop").errors
    assert (again(running).state, calls()) == ("ending", [("end", "parked"), ("stop", "done")])


def refused_month(till: Till, days: Days, subscription: Subscription) -> str:
    """Make the bank refuse the second month; return the customer with that card."""
    customer = Merchant.objects.get(pk=subscription.merchant_id).stripe_customer
    till.simulator.pull(f"card/{customer}", outcome="declined_later")
    days.pass_by(31)
    assert again(subscription).state == "past_due"
    return customer


def test_stop_with_an_unpaid_month_forgives_it(
    till: Till, days: Days, running: Subscription
) -> None:
    customer = refused_month(till, days, running)
    assert not act(running, "stop").errors
    assert (again(running).state, calls()) == ("ended", [("end", "done")])
    till.simulator.pull(f"card/{customer}", outcome="paid")
    days.pass_by(10)
    assert (Payment.objects.count(), Sale.objects.count()) == (1, 1)


def test_an_operator_s_stop_while_a_month_is_unpaid_ends_it_at_once(
    till: Till, days: Days, running: Subscription, operator: User
) -> None:
    refused_month(till, days, running)
    end_by(operator, running, at_once=False)
    till.jobs.catch_up()
    assert (again(running).state, calls()) == ("ended", [("end", "done")])


def came_back_whole() -> None:
    """The second month was taken after all, shown nowhere, and is given back to the last cent."""
    payment = Payment.objects.latest("pk")
    assert (payment.is_duplicate, Sale.objects.count()) == (True, 1)
    refund = Refund.objects.get()
    assert (refund.payment_id, refund.amount_cents) == (payment.pk, 24_000)
    assert refund.state == "succeeded"
    assert Campaign.objects.filter(state="paid").count() == 1


def test_a_month_that_is_tried_again_after_a_stop_that_was_not_taken_goes_back_whole(
    till: Till, days: Days, running: Subscription
) -> None:
    customer = refused_month(till, days, running)
    with refusing():
        act(running, "stop")
    assert calls() == [("end", "parked")]
    asked_at = again(running).stop_asked_at
    till.simulator.pull(f"card/{customer}", outcome="paid")
    days.pass_by(3)
    came_back_whole()
    assert (again(running).state, again(running).stop_asked_at) == ("active", asked_at)


def test_a_month_that_is_taken_in_spite_of_a_stop_goes_back_whole_and_is_the_last(
    days: Days, running: Subscription
) -> None:
    with refusing():
        act(running, "stop")
    days.pass_by(31)
    came_back_whole()
    assert (again(running).state, calls()) == ("ended", [("stop", "parked"), ("end", "done")])


def test_second_click_keeps_the_moment_of_the_first(days: Days, running: Subscription) -> None:
    with refusing():
        act(running, "stop")
        asked_at = again(running).stop_asked_at
        days.pass_by(2)
        act(running, "end")
    assert asked_at is not None
    assert again(running).stop_asked_at == asked_at


@pytest.mark.parametrize("taken_back_by", ["resume", "prices"])
def test_resumed_subscription_pays_the_next_month(
    days: Days, running: Subscription, taken_back_by: str
) -> None:
    with refusing():
        act(running, "stop")
    if taken_back_by == "resume":
        act(running, "stop")
    assert not act(running, taken_back_by).errors
    assert again(running).stop_asked_at is None


def test_a_month_at_the_price_of_before_is_like_the_last_one_and_the_new_price_waits(
    till: Till, days: Days, running: Subscription
) -> None:
    prices = other_prices(timezone.now())
    with refusing():
        assert not act(running, "prices").errors
        days.night()
        days.pass_by(31)
    assert list(Sale.objects.order_by("pk").values_list("gross_cents", flat=True)) == [24_000] * 2
    assert not Refund.objects.exists()
    found = again(running)
    assert (found.state, found.gross_cents) == ("active", 72_000)
    assert Campaign.objects.get(pk=found.campaign_id).price_list_id == prices.pk
    call = StripeCall.objects.get(kind="reprice")
    assert call.state == "parked"
    retry_call(call=call, by=found.merchant.owner, at=timezone.now())
    for _looked_for_then_made in range(2):
        till.jobs.catch_up()
    assert reads.subscription(running.stripe_id).gross_cents == 72_000
    days.pass_by(31)
    assert Sale.objects.latest("pk").gross_cents == 72_000
    first, second, third = periods()
    assert second[0] == first[1] + dt.timedelta(days=1)
    assert third[0] == second[1] + dt.timedelta(days=1)
