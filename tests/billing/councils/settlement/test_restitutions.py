"""Restitutions of an appeal leave for the council's bank, and are found there to the cent."""

import datetime as dt
from dataclasses import replace

import pytest

from billing import clock
from billing.councils.queries.payouts import payout_trace
from billing.councils.queries.trace import trace_of
from billing.councils.settlement import payouts, restitutions
from billing.models import (
    Council,
    Order,
    OwnPayoutPart,
    PayoutPart,
    Restitution,
    RestitutionPart,
    StripeCall,
)
from billing.stripe.gateway import treasury
from saas.kernel import schema
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.billing.conftest import Committing, Reported
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import BALANCED, HOLD, Till, begins_with


def given_again(till: Till) -> None:
    """Create a council with two shares of 80.00, the first lost and given back on appeal."""
    till.active_account(make_council("north"))
    shop = make_shop()
    for _ in range(2):
        till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    till.let_shares_leave()
    dispute = decide(till, contest(till, Order.objects.order_by("pk")[0]), "lost")
    decide(till, dispute, "appeal_won")
    clock.release(at=till.at + HOLD)


pytestmark = [*BALANCED, begins_with(given_again)]


@pytest.fixture
def due(till: Till) -> Restitution:
    return Restitution.objects.get(state="sending")


@pytest.fixture
def given(till: Till, due: Restitution) -> Restitution:
    till.jobs.run()
    return Restitution.objects.select_related("share__sale__order").get(pk=due.pk, state="done")


def test_restitution_on_its_way_is_not_sent_again(till: Till, due: Restitution) -> None:
    restitutions.release(due.pk, at=till.at + HOLD)
    assert StripeCall.objects.filter(kind="giveback").count() == 1


def test_the_month_in_which_a_restitution_arrived_is_reported_to_the_space(
    till: Till, due: Restitution, committing: Committing, reported: Reported
) -> None:
    with committing():
        till.jobs.run()
    assert Restitution.objects.get(pk=due.pk).state == "done"
    assert reported == [("north", dt.date(2026, 12, 1))]


def pay_out(till: Till, council: Council) -> str:
    found = till.simulator.pull("payouts/now", account=council.stripe_account)
    payout = str(found["payout"]["id"])
    payouts.sync(payout, account=council.stripe_account, council_id=council.pk, at=till.at)
    return payout


def test_each_cent_paid_has_a_merchant(till: Till, council: Council, given: Restitution) -> None:
    payout = pay_out(till, council)
    assert RestitutionPart.objects.values_list("restitution", "amount_cents").get() == (
        given.pk,
        8_000,
    )
    assert PayoutPart.objects.get().amount_cents == 8_000
    found = payout_trace(payout)
    assert found
    assert (found.payout.amount_cents, found.other_cents) == (16_000, 0)
    assert found.merchants == [("Maison Cazal", 16_000)]
    assert [(row.share_reference, row.cents) for row in found.rows][-1] == (
        given.share.reference,
        8_000,
    )


def test_the_share_is_followed_to_the_bank_by_both_who_may_look(
    till: Till, council: Council, given: Restitution
) -> None:
    payout = pay_out(till, council)
    followed = trace_of(given.share.sale.order)
    assert followed
    (share,) = followed.shares
    assert [(row.stripe_id, row.cents) for row in share.banks] == [(payout, 8_000)]
    assert share.there_cents == 0
    with schema.inside("north"):
        parts = OwnPayoutPart.objects.filter(share_reference=given.share.reference)
        assert parts.values_list("payout_reference", "cents").get() == (payout, 8_000)


def test_restitution_leaves_once_unless_the_bank_refused(
    till: Till, council: Council, given: Restitution
) -> None:
    first = treasury.payout(pay_out(till, council), account=council.stripe_account)
    for number in (2, 3):
        again = replace(first, id=f"po_{number}")
        payouts.apply_snapshot(again, council_id=council.pk, at=till.at)
    assert RestitutionPart.objects.count() == 1
    assert [left_over(f"po_{number}") for number in (2, 3)] == [16_000, 16_000]
    payouts.apply_snapshot(replace(first, status="failed"), council_id=council.pk, at=till.at)
    payouts.apply_snapshot(replace(first, id="po_4"), council_id=council.pk, at=till.at)
    assert RestitutionPart.objects.count() == 2
    assert left_over("po_4") == 0


def left_over(payout: str) -> int:
    found = payout_trace(payout)
    assert found
    return found.other_cents
