"""A parked transfer to a council is given up: searched at Stripe first, then sent again."""

import datetime as dt

import pytest

from billing import clock
from billing.councils.queries.owed import owed_by_councils
from billing.models import StateChange, StripeCall, TaxPayment, Transfer
from billing.stripe.actions.operators import let_go_of_call, retry_call
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import writes
from billing.stripe.queries.due import is_let_go
from billing.stripe.queries.troubles import failed_calls
from saas.accounts.models import User
from saas.kernel.errors import Refused
from tests.billing.councils.settlement.test_share_states import Scene
from tests.factories.records import make_statement
from tests.fixtures.billing import BALANCED, HOLD, Beginning, Till, begins_with, books


def parked(till: Till) -> Scene:
    """Return a scene with a share of 80.00 and a parked transfer."""
    scene = Scene(till)
    till.active_account(scene.council)
    scene.release()
    till.jobs.waiting.clear()
    StripeCall.objects.filter(kind="transfer").update(
        state="parked", http_status=400, failure="something_new no"
    )
    return scene


pytestmark = [*BALANCED, begins_with(parked)]


@pytest.fixture
def scene(till: Till, beginning: Beginning) -> Scene:
    scene: Scene = beginning.made.going_on(till)
    return scene


def call(kind: str = "transfer") -> StripeCall:
    return StripeCall.objects.filter(kind=kind).earliest("pk")


def let_go(operator: User, at: dt.datetime, kind: str = "transfer") -> StripeCall:
    found = call(kind)
    let_go_of_call(call=found, by=operator, at=at)
    assert call(kind).state == "unknown"
    make_call(found.pk, at=at)
    return call(kind)


def test_transfer_unknown_to_stripe_leaves_by_another_call(scene: Scene, operator: User) -> None:
    later = scene.till.at + HOLD
    given_up = let_go(operator, later)
    assert (given_up.state, given_up.attempt) == ("failed", 1)
    assert (scene.share().state, Transfer.objects.get().state) == ("waiting_account", "refused")
    assert Transfer.objects.get().refusal == "let_go"
    history = StateChange.objects.filter(machine="call").order_by("pk")
    assert list(history.values_list("trigger", "before", "after", "by")) == [
        ("let_go", "parked", "unknown", operator.reference),
        ("given_up", "unknown", "failed", "Stripe"),
    ]
    clock.release(at=later)
    scene.till.jobs.run()
    assert (scene.share().state, books("share.due")) == ("transferred", 0)
    assert StripeCall.objects.filter(kind="transfer").count() == 2


def test_transfer_made_at_stripe_counts(scene: Scene, operator: User) -> None:
    writes.transfer(call().params, call().key)
    found = let_go(operator, scene.till.at + HOLD)
    assert (found.state, scene.share().state, books("share.due")) == ("done", "transferred", 0)
    assert Transfer.objects.get().stripe_id == found.result_id


def test_part_refunded_meanwhile_is_not_sent(scene: Scene, operator: User) -> None:
    scene.refund(8_000)
    let_go(operator, scene.till.at + HOLD)
    clock.release(at=scene.till.at + HOLD)
    scene.till.jobs.run()
    assert Transfer.objects.get(state="done").amount_cents == 5_333
    assert books("share.due") == 0
    assert owed_by_councils() == []


def test_call_given_up_and_retried_is_made(scene: Scene, operator: User) -> None:
    later = scene.till.at + HOLD
    let_go_of_call(call=call(), by=operator, at=later)
    assert is_let_go(call())
    StripeCall.objects.filter(pk=call().pk).update(state="parked")
    retry_call(call=call(), by=operator, at=later)
    assert not is_let_go(call())
    for _looked_for_then_made in range(2):
        make_call(call().pk, at=later)
    assert (call().state, call().attempt, scene.share().state) == ("done", 2, "transferred")


def test_vat_is_due_again(scene: Scene, operator: User) -> None:
    bill = make_statement(scene.council.pk, at=scene.till.at, vat_cents=200)
    tax = TaxPayment.objects.create(statement=bill, amount_cents=200, due_at=scene.till.at)
    clock.release(at=scene.till.at)
    StripeCall.objects.filter(kind="tax").update(state="parked", http_status=400)
    let_go(operator, scene.till.at, "tax")
    tax.refresh_from_db()
    assert (tax.state, tax.refusal) == ("due", "let_go")


@pytest.mark.parametrize("state", ["pending", "in_flight", "unknown", "done", "failed"])
def test_only_what_is_parked_is_let_go(scene: Scene, operator: User, state: str) -> None:
    StripeCall.objects.filter(kind="transfer").update(state=state, result_id="tr_1")
    with pytest.raises(Refused):
        let_go_of_call(call=call(), by=operator, at=scene.till.at)
    assert not StateChange.objects.filter(machine="call").exists()


def test_only_what_sends_money_to_a_council_is_let_go(scene: Scene, operator: User) -> None:
    assert [row.may_be_let_go for row in failed_calls().parked] == [True]
    StripeCall.objects.filter(kind="transfer").update(kind="refund")
    assert [row.may_be_let_go for row in failed_calls().parked] == [False]
    parked = StripeCall.objects.get(state="parked")
    with pytest.raises(Refused):
        let_go_of_call(call=parked, by=operator, at=scene.till.at)
