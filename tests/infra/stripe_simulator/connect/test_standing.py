"""Requirements and restrictions of an account later on, and how an account leaves."""

from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Simulator, acting_as, refused
from tests.infra.stripe_simulator.connect.test_accounts import INCLUDE

SIDE = "v2.core.account[configuration.recipient]"
DOCUMENT = "identity.business_details.documents.proof_of_registration"


def read(sim: Simulator, account: str) -> Any:
    include = [*INCLUDE, "future_requirements"]
    return sim.v2.core.accounts.retrieve(account, {"include": include})


def states(sim: Simulator, account: str) -> tuple[str, str]:
    balance = read(sim, account).configuration.recipient.capabilities.stripe_balance
    return balance.stripe_transfers.status, balance.payouts.status


def deadlines(sim: Simulator, account: str) -> list[str]:
    entries = read(sim, account).requirements.entries
    return [row.minimum_deadline.status for row in entries]


def event_kinds(sim: Simulator, account: str) -> list[str]:
    events = sim.v2.core.events.list({"object_id": account, "limit": 100}).data
    return [event.type for event in reversed(events)]


def test_later_requirement_restricts_when_unanswered(sim: Simulator) -> None:
    account = sim.account()
    sim.lever(f"account/{account}/requirement", days=14, error=True)
    requirements = read(sim, account).requirements
    assert states(sim, account) == ("active", "active")
    assert deadlines(sim, account) == ["currently_due"]
    assert requirements.summary.minimum_deadline.time
    assert requirements.entries[0].errors[0].code == "verification_document_not_readable"
    impact = requirements.entries[0].impact.restricts_capabilities
    assert [part.capability for part in impact] == [
        "stripe_balance.stripe_transfers",
        "stripe_balance.payouts",
    ]
    before = len(event_kinds(sim, account))
    sim.advance(days=14)
    assert states(sim, account) == ("restricted", "restricted")
    assert deadlines(sim, account) == ["past_due"]
    assert event_kinds(sim, account)[before:] == [
        f"{SIDE}.capability_status_updated",
        f"{SIDE}.capability_status_updated",
        f"{SIDE}.updated",
        "v2.core.account[requirements].updated",
    ]


def test_an_answer_on_the_hosted_page_satisfies_what_was_asked(sim: Simulator) -> None:
    account = sim.account()
    sim.lever(f"account/{account}/requirement", days=3)
    sim.submit(sim.onboarding(account))
    sim.advance(days=5)
    assert states(sim, account) == ("active", "active")
    assert deadlines(sim, account) == []


def test_the_hosted_page_says_what_is_asked_and_what_was_wrong(sim: Simulator) -> None:
    account = sim.account()
    assert "Ce qui est demandé" not in sim.page(sim.onboarding(account)).text
    sim.lever(f"account/{account}/requirement", error=True)
    page = sim.page(sim.onboarding(account)).text
    assert DOCUMENT in page
    assert "could not be read" in page


def test_future_requirement_becomes_due_and_then_past_due(sim: Simulator) -> None:
    account = sim.account()
    sim.lever(f"account/{account}/future_requirement", days=60)
    coming = read(sim, account).future_requirements.entries
    assert [row.minimum_deadline.status for row in coming] == ["eventually_due"]
    assert event_kinds(sim, account)[-1] == "v2.core.account[future_requirements].updated"
    sim.advance(days=60)
    assert read(sim, account).future_requirements.entries == []
    assert deadlines(sim, account) == ["currently_due"]
    sim.advance(days=14)
    assert states(sim, account)[0] == "restricted"


def test_payouts_alone_may_be_stopped(sim: Simulator) -> None:
    account, charge = sim.account(), sim.charge()
    before = len(event_kinds(sim, account))
    sim.lever(f"account/{account}/payouts_disabled")
    assert states(sim, account) == ("active", "restricted")
    assert event_kinds(sim, account)[before:][0] == f"{SIDE}.capability_status_updated"
    assert sim.transfer(account, source_transaction=charge).amount == 1
    settings = sim.v1.balance_settings.retrieve({}, acting_as(account))
    assert settings.payments.payouts.status == "disabled"
    sim.lever(f"account/{account}/payouts_enabled")
    assert states(sim, account) == ("active", "active")


def test_an_account_that_disconnects_no_longer_receives(sim: Simulator) -> None:
    account, charge = sim.account(), sim.charge()
    sim.lever(f"account/{account}/disconnected")
    found = read(sim, account)
    assert (found.configuration.recipient.applied, found.applied_configurations) == (False, [])
    with refused(code="insufficient_capabilities_for_transfer"):
        sim.transfer(account, source_transaction=charge)
    assert event_kinds(sim, account)[-2:] == [f"{SIDE}.updated", "v2.core.account.updated"]
    sim.lever(f"account/{account}/reconnected")
    assert read(sim, account).applied_configurations == ["recipient"]
    assert sim.transfer(account, source_transaction=charge).amount == 1


def test_the_platform_can_take_the_recipients_side_away(sim: Simulator) -> None:
    account, accounts = sim.account(), sim.v2.core.accounts
    without = {"configuration": {"recipient": {"applied": False}}}
    changed = accounts.update(account, without | {"include": INCLUDE})
    assert not changed.configuration.recipient.applied


@pytest.mark.parametrize("state", ["requirement", "payouts_disabled", "disconnected"])
def test_closed_account_takes_no_decision(sim: Simulator, state: str) -> None:
    account = sim.account("closed")
    answer = sim.try_lever(f"account/{account}/{state}")
    assert answer.json["error"]["code"] == "account_closed"
    assert event_kinds(sim, account)[-1] == "v2.core.account.closed"


def test_an_unknown_decision_says_which_there_are(sim: Simulator) -> None:
    answer = sim.try_lever(f"account/{sim.account()}/promoted")
    assert answer.status == 400
    assert "disconnected" in answer.json["error"]["message"]
    assert sim.try_lever("account").status == 404


def test_accounts_are_listed_by_side(sim: Simulator) -> None:
    gone, connected = sim.account("pending"), sim.account("pending")
    sim.lever(f"account/{gone}/disconnected")
    found = sim.v2.core.accounts.list({"applied_configurations": ["recipient"]}).data
    assert [row.id for row in found] == [connected]
