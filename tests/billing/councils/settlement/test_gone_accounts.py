"""Money for an account deleted at Stripe is held until another account replaces it."""

import datetime as dt

import pytest

from billing import clock
from billing.councils import tasks
from billing.councils.settlement import accounts, council_payments
from billing.models import (
    Council,
    CouncilNotice,
    Restitution,
    Share,
    StateChange,
    StripeCall,
    TaxPayment,
    Transfer,
)
from billing.stripe.actions.operators import retry_call
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.queries.troubles import failed_calls
from billing.stripe.rules.answers import Problem
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.billing.councils.settlement.test_share_states import Scene
from tests.factories.billing import make_merchant_user
from tests.factories.records import make_statement
from tests.factories.stripe_objects import refusing
from tests.fixtures.billing import BALANCED, HOLD, Beginning, Till, begins_with, books

AN_HOUR = dt.timedelta(hours=1)


def sold(till: Till) -> Scene:
    scene = Scene(till)
    till.active_account(scene.council)
    return scene


pytestmark = [*BALANCED, begins_with(sold)]


@pytest.fixture
def scene(till: Till, beginning: Beginning) -> Scene:
    """Return a share of 80.00 for a council with an account that no longer exists at Stripe."""
    scene: Scene = beginning.made.going_on(till)
    Council.objects.update(stripe_account="acct_gone")
    return scene


def replace_account(scene: Scene) -> str:
    """Replace the missing account by the council's real account, and return its id."""
    account = reads.find_account(call_uuid=str(StripeCall.objects.get(kind="account").uuid))
    assert account
    Council.objects.update(stripe_account=account.id)
    tasks.sync_account(scene.council.pk)
    scene.till.jobs.run()
    return account.id


def council() -> Council:
    return Council.objects.get()


def test_a_share_waits_and_its_council_is_notified_once(scene: Scene) -> None:
    scene.release()
    scene.till.jobs.run()
    share, transfer = scene.share(), Transfer.objects.get()
    assert (share.state, transfer.state) == ("waiting_account", "refused")
    assert transfer.refusal == "resource_missing"
    assert (StripeCall.objects.get(kind="transfer").state, council().account_state) == (
        "failed",
        "rejected",
    )
    assert failed_calls().parked == []
    change = StateChange.objects.filter(machine="council").latest("pk")
    assert (change.trigger, change.why) == ("rejected", "resource_missing")
    clock.release(at=scene.till.at + HOLD)
    assert Transfer.objects.count() == 1
    kinds = CouncilNotice.objects.values_list("kind", flat=True)
    assert list(kinds).count("rejected") == 1


def test_transfer_leaves_for_the_account_that_takes_its_place(scene: Scene) -> None:
    scene.release()
    scene.till.jobs.run()
    account = replace_account(scene)
    assert council().account_state == "active"
    clock.release(at=scene.till.at + HOLD)
    scene.till.jobs.run()
    assert scene.share().state == "transferred"
    call = StripeCall.objects.get(kind="transfer", state="done")
    assert call.params["destination"] == account
    assert books("share.due") == 0


@pytest.mark.parametrize("hours", [1, 30])
def test_parked_transfer_retried_leaves_for_the_new_account(scene: Scene, hours: int) -> None:
    scene.release()
    call = StripeCall.objects.get(kind="transfer")
    later = scene.till.at + HOLD
    calls = StripeCall.objects.filter(pk=call.pk)
    calls.update(state="parked", http_status=400, first_sent_at=later - hours * AN_HOUR)
    retry_call(call=call, by=make_merchant_user("Onyx"), at=later)
    for _looked_for_then_made in range(2):
        make_call(call.pk, at=later)
    assert scene.share().state == "waiting_account"


def test_vat_waits_too(scene: Scene) -> None:
    bill = make_statement(council().pk, at=scene.till.at, vat_cents=200)
    TaxPayment.objects.create(statement=bill, amount_cents=200, due_at=scene.till.at)
    Share.objects.update(release_at=scene.till.at + 3 * HOLD)
    clock.release(at=scene.till.at)
    make_call(StripeCall.objects.get(kind="tax").pk, at=scene.till.at)
    tax = TaxPayment.objects.get()
    assert (tax.state, tax.refusal, council().account_state) == (
        "due",
        "resource_missing",
        "rejected",
    )
    clock.release(at=scene.till.at + AN_HOUR)
    assert StripeCall.objects.filter(kind="tax").count() == 1


def test_restitution_for_a_gone_account_waits_too(till: Till, beginning: Beginning) -> None:
    scene = beginning.made.going_on(till)
    scene.release()
    till.jobs.run()
    dispute = contest(till, scene.order, amount="24000")
    decide(till, dispute, "lost")
    decide(till, dispute, "appeal_won")
    Council.objects.update(stripe_account="acct_gone")
    later = till.at + 3 * HOLD
    clock.release(at=later)
    make_call(StripeCall.objects.get(kind="giveback").pk, at=later)
    given = Restitution.objects.get()
    assert (given.state, given.refusal, given.amount_cents) == ("due", "resource_missing", 8_000)
    assert council().account_state == "rejected"
    clock.release(at=later)
    assert StripeCall.objects.filter(kind="giveback").count() == 1


def test_end_of_another_account_is_not_the_council_s(scene: Scene) -> None:
    accounts.lose(scene.council.pk, "acct_former", at=scene.till.at)
    assert council().account_state == "active"


def test_an_hour_in_which_stripe_does_not_answer_loses_no_account(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "account", refusing(Problem(503)))
    call = StripeCall(kind="transfer", params={"destination": "acct_gone"})
    with pytest.raises(StripeCallFailed):
        council_payments.refetch_account(call, Problem(400, code="account_closed"), scene.till.at)
    assert council().account_state == "active"
