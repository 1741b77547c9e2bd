"""A share set off in part, and later reduced below the amount set off."""

import pytest

from billing import clock
from billing.adjustments.actions.refunds import request_refund
from billing.councils.settlement import releases
from billing.models import Case, Claim, Council, Order, Restitution, Share, StripeCall, Transfer
from billing.stripe.calls.send import make_call
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.billing.councils.settlement.test_share_states import Scene
from tests.factories.billing import make_campaign, make_merchant_user
from tests.fixtures.billing import BALANCED, HOLD, Beginning, Till, begins_with, books


class Netted(Scene):
    """A council that owes 26.67, with its next share of 80.00, less that debt, in transit."""

    def __init__(self, till: Till) -> None:
        super().__init__(till)
        self.send()
        self.empty()
        self.refund(8_000)
        till.jobs.run()
        assert self.owed() == 2_667
        self.till = till._replace(at=till.at + HOLD)
        self.order, self.returned = self.sell(), 0
        self.release()
        share = self.share()
        assert (share.state, share.netted_cents) == ("sending", 2_667)
        assert Transfer.objects.get(share=share).amount_cents == 5_333
        self.account = Council.objects.get(pk=self.council.pk).stripe_account

    def answer(self, state: str) -> None:
        """Have Stripe refuse the transfer for the account's sake, or make it."""
        self.till.simulator.pull(f"account/{self.account}/{state}")
        make_call(
            StripeCall.objects.filter(kind="transfer").latest("pk").pk, at=self.till.at + HOLD
        )

    def refund_meanwhile(self, cents: int) -> None:
        """Give some back while the share is on its way."""
        by = make_merchant_user("Opale")
        refund = request_refund(order=self.order, amount_cents=cents, by=by, at=self.till.at)
        make_call(StripeCall.objects.get(kind="refund", subject_id=refund.pk).pk, at=self.till.at)

    def activate(self) -> None:
        self.till.simulator.pull(f"account/{self.account}/active")
        self.till.settle()
        clock.release(at=self.till.at + HOLD)
        self.till.jobs.run()

    def sell_another(self) -> Order:
        self.till = self.till._replace(at=self.till.at + HOLD)
        return self.till.sell(make_campaign(self.shop, {"north": 20_000}, at=self.till.at))

    def owed(self) -> int:
        return sum(claim.left_cents for claim in Claim.objects.filter(state="owed"))


pytestmark = [*BALANCED, begins_with(Netted)]


@pytest.fixture
def scene(till: Till, beginning: Beginning) -> Netted:
    scene: Netted = beginning.made.going_on(till)
    return scene


def is_settled(scene: Netted) -> None:
    """Assert that the rest of the share was set off, and that the excess is owed."""
    share = scene.share()
    assert (share.state, share.amount_cents, share.netted_cents) == ("netted", 1_333, 2_667)
    assert (scene.owed(), books("share.owed"), books("share.due")) == (1_334, 1_334, 0)


def test_waiting_share_is_settled_once_less_remains_than_was_set_off(scene: Netted) -> None:
    scene.answer("restricted")
    assert scene.share().state == "waiting_account"
    scene.refund(20_000)
    is_settled(scene)
    scene.activate()
    is_settled(scene)
    assert not Case.objects.exists()
    assert Transfer.objects.exclude(state="refused").count() == 1


def test_share_on_its_way_is_settled_once_its_transfer_is_refused(scene: Netted) -> None:
    scene.refund_meanwhile(20_000)
    scene.answer("restricted")
    is_settled(scene)
    scene.activate()
    is_settled(scene)
    assert not Case.objects.exists()


def test_share_on_its_way_that_arrives_is_taken_back(scene: Netted) -> None:
    scene.refund_meanwhile(20_000)
    scene.answer("active")
    scene.till.jobs.catch_up()
    share = scene.share()
    assert (share.state, share.amount_cents) == ("partly_reversed", 1_333)
    assert (scene.owed(), books("share.owed"), books("share.due")) == (1_334, 1_334, 0)


def test_refund_takes_all_that_was_not_set_off_to_the_cent(scene: Netted) -> None:
    scene.answer("restricted")
    scene.refund(15_999)
    share = scene.share()
    assert (share.state, share.amount_cents, share.netted_cents) == ("netted", 2_667, 2_667)
    assert (scene.owed(), books("share.due")) == (0, 0)


def test_a_cent_that_is_left_still_leaves(scene: Netted) -> None:
    scene.answer("restricted")
    scene.refund(15_996)
    share = scene.share()
    assert (share.state, share.amount_cents) == ("waiting_account", 2_668)
    scene.activate()
    assert scene.share().state == "transferred"
    assert Transfer.objects.get(share=share, state="done").amount_cents == 1
    assert books("share.due") == 0


def test_share_of_a_whole_refund_is_cancelled(scene: Netted) -> None:
    scene.answer("restricted")
    scene.refund(24_000)
    share = scene.share()
    assert (share.state, share.amount_cents) == ("cancelled", 0)
    assert (scene.owed(), books("share.owed"), books("share.due")) == (2_667, 2_667, 0)


def test_contested_share_is_settled_once_a_bank_took_more_than_is_left(scene: Netted) -> None:
    scene.answer("restricted")
    dispute = contest(scene.till, scene.order, amount="20000")
    assert scene.share().state == "frozen"
    decide(scene.till, dispute, "lost")
    is_settled(scene)
    assert not Restitution.objects.exists()


@pytest.mark.by_hand
def test_stuck_share_is_released(scene: Netted) -> None:
    scene.answer("restricted")
    scene.refund(20_000)
    share = scene.share()
    Share.objects.filter(pk=share.pk).update(state="waiting_account")
    Council.objects.update(account_state="active")
    releases.release(share.pk, at=scene.till.at + HOLD)
    is_settled(scene)


def test_owed_rest_is_set_off_against_the_next_share(scene: Netted) -> None:
    scene.answer("restricted")
    scene.refund(20_000)
    order = scene.sell_another()
    scene.activate()
    share = Share.objects.get(sale__order=order)
    assert (share.state, share.netted_cents) == ("transferred", 1_334)
    assert (scene.owed(), books("share.owed"), books("share.due")) == (0, 0, 0)
