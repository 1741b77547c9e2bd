"""Bad days in any order: no cent appears or is lost, on any balance, in any payout."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Simulator, acting_as

STEPS = 60
LOOKED_AT_EVERY = 5  # a cent that appears or is lost stays so
VERDICTS = ("won", "lost", "under_review", "warning_closed", "needs_response", "appeal_won")


class Days:
    """Random events for a platform and two accounts, identical in each run."""

    def __init__(self, sim: Simulator, seed: int) -> None:
        self.sim = sim
        self.dice = random.Random(seed)  # noqa: S311 - the same dice each time
        self.accounts = [sim.account(), sim.account()]
        self.owners = ["", *self.accounts]
        self.happened: set[str] = set()

    def one(self, rows: str, **params: Any) -> str:
        found = self.sim.api("GET", f"/v1/{rows}", {"limit": 100, **params}).json["data"]
        return str(self.dice.choice(found)["id"]) if found else "none"

    def charge(self) -> bool:
        card = self.dice.choice(
            ["pm_card_visa", "pm_card_bypassPending", "pm_card_createDispute", "pm_card_refundFail"]
        )
        return bool(self.sim.charge(self.dice.randrange(50, 50_000), card=card))

    def refund(self) -> bool:
        params = {"charge": self.one("charges"), "amount": self.dice.randrange(1, 9000)}
        return self.sim.api("POST", "/v1/refunds", params).status == 200

    def refund_fails(self) -> bool:
        return self.lever(f"refund/{self.one('refunds')}/failed")

    def dispute(self) -> bool:
        return self.lever(f"dispute/{self.one('charges')}", inquiry=self.dice.random() < 0.3)

    def decide(self) -> bool:
        back = self.dice.random() < 0.5
        verdict = self.dice.choice(VERDICTS)
        return self.lever(f"dispute/{self.one('disputes')}/{verdict}", give_back_fee=back)

    def transfer(self) -> bool:
        params: Any = {"amount": self.dice.randrange(1, 4000), "currency": "eur"}
        params |= {"destination": self.dice.choice(self.accounts)}
        if self.dice.random() < 0.7:
            params["source_transaction"] = self.one("charges")
        return self.sim.api("POST", "/v1/transfers", params).status == 200

    def reversal(self) -> bool:
        forced = self.dice.random() < 0.3
        return self.lever(
            f"reversal/{self.one('transfers')}", amount=self.dice.randrange(1, 900), force=forced
        )

    def payout(self) -> bool:
        params = {"amount": self.dice.randrange(1, 3000), "currency": "eur"}
        owner = self.dice.choice(self.owners)
        return self.sim.api("POST", "/v1/payouts", params, **of(owner)).status == 200

    def payout_ends(self) -> bool:
        state = self.dice.choice(["failed", "canceled", "paid"])
        done = self.lever(f"payout/{self.one('payouts')}/{state}")
        return done and self.lever("bank/platform/replaced")

    def night(self) -> bool:
        return self.lever("clock/advance", hours=self.dice.randrange(1, 60))

    def fee(self) -> bool:
        return self.lever("fee", amount=self.dice.randrange(1, 500))

    def lever(self, name: str, **given: Any) -> bool:
        return self.sim.try_lever(name, **given).status == 200

    def happen(self) -> None:
        names = (
            "charge", "charge", "charge", "refund", "refund_fails", "dispute", "decide", "transfer",
            "transfer", "reversal", "payout", "payout_ends", "night", "fee",
        )  # fmt: skip
        name = self.dice.choice(names)
        act: Callable[[], bool] = getattr(self, name)
        if act():
            self.happened.add(name)


def of(owner: str) -> Any:
    return {"Stripe_Account": owner} if owner else {}


def expected_nets(sim: Simulator, owner: str) -> Iterator[int]:
    """The moves as they are sent: the library makes an object of each, which takes longer."""
    page: dict[str, Any] = {"limit": 100}
    while page:
        found = sim.api("GET", "/v1/balance_transactions", page, **of(owner)).json
        yield from (movement["net"] for movement in found["data"])
        page = page | {"starting_after": found["data"][-1]["id"]} if found["has_more"] else {}


def expected_balance(sim: Simulator, owner: str) -> tuple[int, int]:
    found = sim.api("GET", "/v1/balance", **of(owner)).json
    return found["available"][0]["amount"], found["pending"][0]["amount"]


@pytest.mark.parametrize("seed", range(8))
def test_no_cent_appears_or_is_lost(sim: Simulator, seed: int) -> None:
    days = Days(sim, seed)
    minimum: Any = {"minimum_balance_by_currency": {"eur": 700 * seed}}
    minimum |= {"schedule": {"interval": "daily"}}
    sim.api("POST", "/v1/balance_settings", {"payments": {"payouts": minimum}})
    sim.lever("payouts", account=days.accounts[0], interval="daily")
    for number in range(STEPS):
        days.happen()
        for owner in days.owners if number % LOOKED_AT_EVERY == 0 else ():
            assert sum(expected_nets(sim, owner)) == sum(expected_balance(sim, owner))
    sim.advance(days=70)
    for owner in days.owners:
        everything = sim.movements(owner)
        assert len({movement.id for movement in everything}) == len(everything)
        assert (sum(movement.net for movement in everything), 0) == sim.balance(owner)
        for payout in sim.v1.payouts.list({"limit": 100}, acting_as(owner)).auto_paging_iter():
            if payout.automatic:
                assert sum(one.net for one in sim.movements(owner, payout=payout.id)) == 0
    assert len(days.happened) > 6
