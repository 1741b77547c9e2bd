"""The tables of states name known states only, and end where they should."""

from pathlib import Path

import pytest
from django.db import models

from billing.models import (
    AccountChange,
    Claim,
    Council,
    Dispute,
    Invoice,
    Order,
    Payment,
    Refund,
    Restitution,
    Share,
    Subscription,
    TaxPayment,
    Transfer,
)
from billing.transitions import machines
from saas.kernel.errors import Refused

STATES: dict[str, type[models.TextChoices]] = {
    "order": Order.State,
    "payment": Payment.State,
    "council": Council.AccountState,
    "change": AccountChange.State,
    "share": Share.State,
    "transfer": Transfer.State,
    "refund": Refund.State,
    "claim": Claim.State,
    "dispute": Dispute.State,
    "restitution": Restitution.State,
    "tax": TaxPayment.State,
    "invoice": Invoice.State,
    "subscription": Subscription.State,
}


@pytest.mark.parametrize("name", machines.MACHINES)
def test_a_machine_knows_every_state_of_its_column_and_no_other(name: str) -> None:
    machine = machines.MACHINES[name]
    assert set(machine) == set(STATES[name].values)
    assert {after for row in machine.values() for after in row.values()} <= set(machine)


@pytest.mark.parametrize("name", machines.MACHINES)
def test_every_state_can_be_reached(name: str) -> None:
    machine = machines.MACHINES[name]
    reached = {next(iter(machine))}
    for _ in machine:
        reached |= {after for state in reached for after in machine[state].values()}
    assert reached == set(machine)


def rows() -> list[str]:
    return [
        f"{name}: {state} --{trigger}--> {after}"
        for name, machine in machines.MACHINES.items()
        for state, row in machine.items()
        for trigger, after in row.items()
    ]


def test_each_state_allows_these_triggers_and_no_other() -> None:
    """Written out a second time: a row that is added or lost by the way is seen here."""
    assert rows() == Path(__file__).with_name("machines.txt").read_text().splitlines()


@pytest.mark.parametrize("row", Path(__file__).with_name("machines.txt").read_text().splitlines())
def test_a_trigger_leads_where_its_row_says(row: str) -> None:
    name, _, rest = row.partition(": ")
    state, _, rest = rest.partition(" --")
    trigger, _, after = rest.partition("--> ")
    assert machines.following(name, state, trigger) == after
    assert machines.is_there(name, after, trigger)
    machines.check(name, state, trigger)


def test_a_row_is_there_only_where_the_trigger_leads() -> None:
    assert not machines.is_there("refund", "requested", "approved")
    assert machines.following("refund", "succeeded", "approved") is None


def test_a_person_is_told_that_the_moment_has_passed() -> None:
    machines.check("refund", "requested", "approved")
    with pytest.raises(Refused, match="Rechargez"):
        machines.check("refund", "succeeded", "approved")


def test_a_succeeded_session_wins_over_whatever_we_believed() -> None:
    for state in ("opened", "processing", "expired", "failed", "canceled"):
        assert machines.following("payment", state, "succeeded") == "succeeded"
