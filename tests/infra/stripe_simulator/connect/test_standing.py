"""Requirements and restrictions of an account later on, and how an account leaves."""

from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.connect.test_accounts import INCLUDE

SIDE = "v2.core.account[configuration.recipient]"
DOCUMENT = "identity.business_details.documents.proof_of_registration"


def read(simulator: Simulator, account: str) -> Any:
    include = [*INCLUDE, "future_requirements"]
    return simulator.client().v2.core.accounts.retrieve(account, {"include": include})


def states(simulator: Simulator, account: str) -> tuple[str, str]:
    balance = read(simulator, account).configuration.recipient.capabilities.stripe_balance
    return balance.stripe_transfers.status, balance.payouts.status


def deadlines(simulator: Simulator, account: str) -> list[str]:
    entries = read(simulator, account).requirements.entries
    return [row.minimum_deadline.status for row in entries]


def event_kinds(simulator: Simulator, account: str) -> list[str]:
    events = simulator.client().v2.core.events.list({"object_id": account, "limit": 100}).data
    return [event.type for event in reversed(events)]


def test_later_requirement_restricts_when_unanswered(simulator: Simulator) -> None:
    account = simulator.account()
    simulator.lever(f"account/{account}/requirement", days=14, error=True)

    requirements = read(simulator, account).requirements
    assert states(simulator, account) == ("active", "active")
    assert deadlines(simulator, account) == ["currently_due"]
    assert requirements.summary.minimum_deadline.time
    assert requirements.entries[0].errors[0].code == "verification_document_not_readable"
    impact = requirements.entries[0].impact.restricts_capabilities
    assert [part.capability for part in impact] == [
        "stripe_balance.stripe_transfers",
        "stripe_balance.payouts",
    ]
    before = len(event_kinds(simulator, account))
    simulator.lever("clock/advance", days=14)

    assert states(simulator, account) == ("restricted", "restricted")
    assert deadlines(simulator, account) == ["past_due"]
    assert event_kinds(simulator, account)[before:] == [
        f"{SIDE}.capability_status_updated",
        f"{SIDE}.capability_status_updated",
        f"{SIDE}.updated",
        "v2.core.account[requirements].updated",
    ]


def test_an_answer_on_the_hosted_page_satisfies_what_was_asked(simulator: Simulator) -> None:
    account = simulator.account()
    simulator.lever(f"account/{account}/requirement", days=3)

    simulator.submit(simulator.onboarding(account))
    simulator.lever("clock/advance", days=5)

    assert states(simulator, account) == ("active", "active")
    assert deadlines(simulator, account) == []


def test_the_hosted_page_says_what_is_asked_and_what_was_wrong(simulator: Simulator) -> None:
    account = simulator.account()
    assert "Ce qui est demandé" not in simulator.page(simulator.onboarding(account)).text

    simulator.lever(f"account/{account}/requirement", error=True)
    page = simulator.page(simulator.onboarding(account)).text

    assert DOCUMENT in page
    assert "could not be read" in page


def test_future_requirement_becomes_due_and_then_past_due(simulator: Simulator) -> None:
    account = simulator.account()
    simulator.lever(f"account/{account}/future_requirement", days=60)

    coming = read(simulator, account).future_requirements.entries
    assert [row.minimum_deadline.status for row in coming] == ["eventually_due"]
    assert event_kinds(simulator, account)[-1] == "v2.core.account[future_requirements].updated"
    simulator.lever("clock/advance", days=60)
    assert read(simulator, account).future_requirements.entries == []
    assert deadlines(simulator, account) == ["currently_due"]
    simulator.lever("clock/advance", days=14)

    assert states(simulator, account)[0] == "restricted"


def test_payouts_alone_may_be_stopped(simulator: Simulator) -> None:
    account, charge = simulator.account(), simulator.charge()
    before = len(event_kinds(simulator, account))

    simulator.lever(f"account/{account}/payouts_disabled")

    assert states(simulator, account) == ("active", "restricted")
    assert event_kinds(simulator, account)[before:][0] == f"{SIDE}.capability_status_updated"
    assert simulator.transfer(account, source_transaction=charge).amount == 1
    settings = simulator.client().v1.balance_settings.retrieve({}, {"stripe_account": account})
    assert settings.payments.payouts is not None
    assert settings.payments.payouts.status == "disabled"
    simulator.lever(f"account/{account}/payouts_enabled")
    assert states(simulator, account) == ("active", "active")


def test_an_account_that_disconnects_no_longer_receives(simulator: Simulator) -> None:
    account, charge = simulator.account(), simulator.charge()
    simulator.lever(f"account/{account}/disconnected")

    found = read(simulator, account)
    assert (found.configuration.recipient.applied, found.applied_configurations) == (False, [])
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.transfer(account, source_transaction=charge)
    assert refusal.value.code == "insufficient_capabilities_for_transfer"
    assert event_kinds(simulator, account)[-2:] == [f"{SIDE}.updated", "v2.core.account.updated"]

    simulator.lever(f"account/{account}/reconnected")

    assert read(simulator, account).applied_configurations == ["recipient"]
    assert simulator.transfer(account, source_transaction=charge).amount == 1


def test_the_platform_can_take_the_recipients_side_away(simulator: Simulator) -> None:
    account, accounts = simulator.account(), simulator.client().v2.core.accounts

    changed = accounts.update(
        account, {"configuration": {"recipient": {"applied": False}}, "include": INCLUDE}
    )

    assert changed.configuration is not None
    assert changed.configuration.recipient is not None
    assert not changed.configuration.recipient.applied


@pytest.mark.parametrize("state", ["requirement", "payouts_disabled", "disconnected"])
def test_closed_account_takes_no_decision(simulator: Simulator, state: str) -> None:
    account = simulator.account("closed")

    answer = simulator.try_lever(f"account/{account}/{state}")

    assert answer.json["error"]["code"] == "account_closed"
    assert event_kinds(simulator, account)[-1] == "v2.core.account.closed"


def test_an_unknown_decision_says_which_there_are(simulator: Simulator) -> None:
    answer = simulator.try_lever(f"account/{simulator.account()}/promoted")

    assert answer.status == 400
    assert "disconnected" in answer.json["error"]["message"]
    assert simulator.try_lever("account").status == 404


def test_accounts_are_paged_and_asked_for_by_side(simulator: Simulator) -> None:
    made = [simulator.account("pending") for _ in range(5)]
    simulator.lever(f"account/{made[0]}/disconnected")
    accounts = simulator.client().v2.core.accounts

    first = accounts.list({"limit": 2})
    everything = [row.id for row in first.auto_paging_iter()]
    connected = accounts.list({"applied_configurations": ["recipient"], "limit": 20}).data

    assert first.next_page_url
    assert everything == made[::-1]
    assert [row.id for row in connected] == made[:0:-1]
