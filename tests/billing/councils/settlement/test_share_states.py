"""Refunds and lost disputes reduce the council's share, in each state of that share."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Self

import pytest

from billing import clock
from billing.councils.settlement import dispute_holds, transfers
from billing.models import Claim, Council, LedgerEntry, Order, Sale, Share, StripeCall
from billing.stripe.calls.send import make_call
from billing.stripe.rules.answers import Problem
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import HOLD, Beginning, Till

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]

RATE = 40  # per cent of the net price
GROSS = 24_000


def expected_share(returned_cents: int) -> int:
    """Return a council's part by a plain calculation: its rate on the net price not refunded."""
    net = round((GROSS - returned_cents) / 1.2)
    return round(net * RATE / 100)


class Scene:
    """A single sale of 240.00 with a single council."""

    def __init__(self, till: Till) -> None:
        self.till, self.shop = till, make_shop()
        self.council = make_council("north")
        self.returned = 0
        self.order = self.sell()

    def going_on(self, till: Till) -> Self:
        """The same, for a test that goes on at a till of its own."""
        mine = copy.copy(self)
        mine.till = till._replace(at=self.till.at)
        mine.order = Order.objects.get(pk=self.order.pk)
        return mine

    def sell(self) -> Order:
        return self.till.sell(make_campaign(self.shop, {"north": 20_000}, at=self.till.at))

    def release(self) -> None:
        self.till.simulator.pull("clock/advance", to=(self.till.at + HOLD).isoformat())
        clock.release(at=self.till.at + HOLD)

    def send(self) -> None:
        self.till.active_account(self.council)
        self.release()
        self.till.jobs.run()

    def empty(self) -> None:
        """The council has paid everything out to its bank."""
        account = Council.objects.get(pk=self.council.pk).stripe_account
        self.till.simulator.pull("balance", account=account, available="0")

    def refund(self, cents: int) -> None:
        self.till.give_back(self.order, cents)
        self.returned += cents

    def lose(self, cents: int) -> None:
        decide(self.till, contest(self.till, self.order, amount=str(cents)), "lost")
        self.returned += cents

    def share(self) -> Share:
        return Share.objects.get(sale__order=self.order)


def held(scene: Scene) -> None:
    """Nothing has happened yet."""


def releasable(scene: Scene) -> None:
    """Stripe has refused the transfer for want of balance: the share is due, and waits for us."""
    scene.till.active_account(scene.council)
    scene.release()
    scene.till.jobs.waiting.clear()
    call = StripeCall.objects.get(kind="transfer")
    transfers.on_refusal(call, Problem(400, code="balance_insufficient"), scene.till.at)
    StripeCall.objects.filter(pk=call.pk).update(state="failed")


def contested(scene: Scene) -> None:
    dispute_holds.hold(Sale.objects.get().pk, at=scene.till.at)


def sending(scene: Scene) -> None:
    scene.till.active_account(scene.council)
    scene.release()
    scene.till.jobs.waiting.clear()


def paid_out(scene: Scene) -> None:
    scene.send()
    scene.empty()


def partly_reversed(scene: Scene) -> None:
    scene.send()
    scene.refund(4_000)


def netted(scene: Scene) -> None:
    """Create a share that was set off entirely against its council's debt."""
    scene.send()
    scene.empty()
    scene.refund(GROSS)
    scene.till.jobs.run()
    scene.returned = 0
    scene.order = scene.till._replace(at=scene.till.at + HOLD).sell(
        make_campaign(scene.shop, {"north": 20_000}, at=scene.till.at + HOLD)
    )
    clock.release(at=scene.till.at + 3 * HOLD)
    scene.till.jobs.run()


STATES: dict[str, Callable[[Scene], None]] = {
    "held": held,
    "releasable": releasable,
    "waiting_account": Scene.release,
    "frozen": contested,
    "sending": sending,
    "transferred": Scene.send,
    "paid out": paid_out,
    "partly_reversed": partly_reversed,
    "netted": netted,
}
CAUSES: dict[str, Callable[[Scene], None]] = {
    "a part refunded": lambda scene: scene.refund(8_000),
    "all refunded": lambda scene: scene.refund(GROSS - scene.returned),
    "a part lost": lambda scene: scene.lose(8_000),
    "all lost": lambda scene: scene.lose(GROSS - scene.returned),
}


def brought_to(state: str, till: Till) -> Scene:
    scene = Scene(till)
    STATES[state](scene)
    assert scene.share().state == {"paid out": "transferred"}.get(state, state)
    return scene


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize(
    ("beginning", "state"),
    [(partial(brought_to, state), state) for state in STATES],
    indirect=["beginning"],
    ids=STATES,
    scope="module",
)
def test_a_council_keeps_its_part_of_what_was_kept(
    till: Till, beginning: Beginning, state: str, cause: str
) -> None:
    scene = beginning.made.going_on(till)
    CAUSES[cause](scene)
    for call in StripeCall.objects.filter(state="pending").order_by("pk"):
        make_call(call.pk, at=till.at + 3 * HOLD)
    till.settle()

    share, left = scene.share(), expected_share(scene.returned)

    assert share.amount_cents == left
    of_sale = LedgerEntry.objects.filter(sale__order=scene.order)
    sums = {
        account: sum(of_sale.filter(account=account).values_list("amount_cents", flat=True))
        for account in ("share.cost", "share.held", "share.due", "share.owed")
    }
    sent = -sum(
        of_sale.filter(account="stripe.balance", council__isnull=False).values_list(
            "amount_cents", flat=True
        )
    )
    assert sums["share.cost"] == left
    claims = Claim.objects.filter(share=share, state__in=["due", "sending", "owed"])
    assert sums["share.owed"] == sum(claim.left_cents for claim in claims)
    there = -sums["share.held"] - sums["share.due"]
    assert there + sent + share.netted_cents - sums["share.owed"] == left
    if state in {"held", "releasable", "waiting_account", "frozen"}:
        assert (there + sent, sums["share.owed"]) == (left, 0)
    if left == 0:
        assert share.state in {"cancelled", "reversed", "transferred", "netted"}
