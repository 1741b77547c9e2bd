"""Reversals in Stripe's dashboard count towards later claims."""

from typing import Any

import pytest

from billing.councils.actions.paper_payments import post_payment, propose_payment
from billing.councils.queries.endings import obstacles
from billing.councils.queries.owed import owed_by_councils
from billing.models import Case, Claim, Council, Payment, Restitution, Share, StripeCall, Transfer
from billing.stripe.gateway.client import client
from saas.kernel.uploads.papers import Paper
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.billing.councils.settlement.test_share_states import Scene
from tests.factories.billing import make_campaign
from tests.fixtures.billing import BALANCED, HOLD, Beginning, Till, begins_with, books
from tests.fixtures.people import make_user


def sent(till: Till) -> Scene:
    """A share of 80.00 of a sale of 240.00, which has arrived."""
    scene = Scene(till)
    scene.send()
    return scene


pytestmark = [*BALANCED, begins_with(sent)]


@pytest.fixture
def scene(till: Till, beginning: Beginning) -> Scene:
    scene: Scene = beginning.made.going_on(till)
    return scene


def take_back(scene: Scene, cents: int) -> None:
    transfer = Transfer.objects.get(share=scene.share())
    client().v1.transfers.reversals.create(transfer.stripe_id, {"amount": cents})
    scene.till.settle()


def refund_there(scene: Scene, cents: int) -> None:
    """Give a part back in Stripe's dashboard, too."""
    payment = Payment.objects.get(order=scene.order)
    client().v1.refunds.create({"payment_intent": payment.payment_intent, "amount": cents})
    scene.till.settle()


def rows(**params: Any) -> list[tuple[int, int, str]]:
    found = Claim.objects.filter(**params).order_by("pk")
    return list(found.values_list("amount_cents", "settled_cents", "state"))


def agree(reversed_cents: int) -> None:
    """Assert that the claims' rows, less unrequested reversals, match the books."""
    owed = sum(claim.left_cents for claim in Claim.objects.exclude(state="done"))
    assert books("share.owed") == owed - reversed_cents
    stored = Claim.objects.filter(refund=None, dispute=None)
    assert sum(stored.values_list("settled_cents", flat=True)) == reversed_cents


def test_share_taken_back_whole_then_refunded_is_owed_by_nobody(scene: Scene) -> None:
    take_back(scene, 8_000)
    agree(8_000)
    refund_there(scene, 24_000)
    agree(0)
    share = scene.share()
    assert (share.amount_cents, share.state) == (0, "reversed")
    assert rows(refund__isnull=False) == [(8_000, 8_000, "done")]
    assert owed_by_councils() == []
    assert not StripeCall.objects.filter(kind="reversal").exists()
    assert Case.objects.get().state == "explained"


def test_the_next_share_is_sent_whole(scene: Scene) -> None:
    take_back(scene, 8_000)
    refund_there(scene, 24_000)
    scene.till = scene.till._replace(at=scene.till.at + HOLD)
    order = scene.till.sell(make_campaign(scene.shop, {"north": 20_000}, at=scene.till.at))
    scene.release()
    scene.till.jobs.run()
    share = Share.objects.get(sale__order=order)
    assert (share.state, share.netted_cents) == ("transferred", 0)


def test_reversal_of_the_dashboard_counts_as_far_as_is_refunded(scene: Scene) -> None:
    take_back(scene, 8_000)
    scene.refund(8_000)
    assert rows(refund__isnull=False) == [(2_667, 2_667, "done")]
    assert rows(refund=None) == [(5_333, 5_333, "done")]
    agree(5_333)
    case = Case.objects.get()
    assert (case.kind, case.stripe_cents, case.state) == ("unasked", 8_000, "open")
    assert scene.share().state == "partly_reversed"
    scene.refund(16_000)
    agree(0)
    assert sorted(rows()) == [(2_667, 2_667, "done"), (5_333, 5_333, "done")]
    assert (scene.share().state, Case.objects.get().state) == ("reversed", "explained")


def test_oldest_reversal_of_the_dashboard_is_used_first(scene: Scene) -> None:
    take_back(scene, 3_000)
    take_back(scene, 1_000)
    scene.refund(8_000)
    assert rows(refund__isnull=False) == [(2_667, 2_667, "done")]
    assert sorted(rows(refund=None)) == [(333, 333, "done"), (1_000, 1_000, "done")]
    agree(1_333)
    assert set(Case.objects.values_list("state", flat=True)) == {"open"}


def test_refund_claims_the_rest_beyond_reversals_of_the_dashboard(scene: Scene) -> None:
    take_back(scene, 1_000)
    take_back(scene, 500)
    scene.refund(24_000)
    assert sorted(rows()) == [(500, 500, "done"), (1_000, 1_000, "done"), (6_500, 6_500, "done")]
    call = StripeCall.objects.get(kind="reversal")
    assert (call.state, call.params["amount"]) == ("done", 6_500)
    agree(0)
    assert scene.share().state == "reversed"
    assert set(Case.objects.values_list("state", flat=True)) == {"explained"}


def test_claim_that_the_account_cannot_pay_is_owed_less_its_reversals(scene: Scene) -> None:
    take_back(scene, 1_000)
    scene.empty()
    scene.refund(24_000)
    assert sorted(rows()) == [(1_000, 1_000, "done"), (7_000, 0, "owed")]
    agree(0)
    assert scene.share().state == "partly_reversed"


def test_reversal_of_the_dashboard_is_paid_back_on_paper_once(scene: Scene) -> None:
    take_back(scene, 8_000)
    council = Council.objects.get()
    [sentence] = obstacles(council.tenant_id, scene.till.at)
    assert "80,00" in sentence
    ada, ben = make_user("Ada"), make_user("Ben")
    entry = propose_payment(
        council=council,
        way="transfer",
        seen_cents=8_000,
        reason="Repris par erreur",
        paper=Paper(b"%PDF-1.7 %%EOF", "pdf"),
        by=ada,
        at=scene.till.at,
    )
    post_payment(entry_id=entry.pk, by=ben, at=scene.till.at)
    assert rows() == [(8_000, 8_000, "paid_back")]
    assert (books("share.owed"), books("share.due"), books("bank.transit")) == (0, 0, -8_000)
    assert (Case.objects.get().state, obstacles(council.tenant_id, scene.till.at)) == (
        "explained",
        [],
    )
    refund_there(scene, 24_000)  # it does not count for the refund any more
    assert sorted(rows()) == [(8_000, 0, "owed"), (8_000, 8_000, "paid_back")]
    assert books("share.owed") == 8_000


def test_a_lost_dispute_uses_it_too_and_an_appeal_gives_it_back(scene: Scene) -> None:
    take_back(scene, 8_000)
    dispute = contest(scene.till, scene.order, amount="24000")
    decide(scene.till, dispute, "lost")
    assert rows(dispute__isnull=False) == [(8_000, 8_000, "done")]
    agree(0)
    decide(scene.till, dispute, "appeal_won")
    assert Restitution.objects.get().amount_cents == 8_000


def test_reversal_of_another_share_is_left_alone(till: Till, scene: Scene) -> None:
    take_back(scene, 8_000)
    first = scene.order
    scene.till = scene.till._replace(at=till.at + HOLD)
    scene.order = scene.sell()
    scene.release()
    scene.till.jobs.run()
    scene.refund(8_000)
    assert rows(refund__isnull=False) == [(2_667, 2_667, "done")]
    assert rows(refund=None) == [(8_000, 8_000, "done")]
    assert Claim.objects.filter(refund=None, share__sale__order=first).exists()
    agree(8_000)
    assert Council.objects.get().account_state == "active"
    assert Case.objects.get().state == "open"
