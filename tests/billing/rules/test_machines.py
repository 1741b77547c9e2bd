"""The tables of states name known states only, and end where they should."""

import pytest
from django.db import models

from billing.models import Council, Invoice, Order, Payment, Refund, Reversal, Share, Transfer
from billing.rules import machines
from saas.kernel.errors import Refused

STATES: dict[str, type[models.TextChoices]] = {
    "order": Order.State,
    "payment": Payment.State,
    "council": Council.AccountState,
    "share": Share.State,
    "transfer": Transfer.State,
    "refund": Refund.State,
    "reversal": Reversal.State,
    "invoice": Invoice.State,
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


def test_a_person_is_told_that_the_moment_has_passed() -> None:
    machines.check("refund", "requested", "approved")
    with pytest.raises(Refused, match="Rechargez"):
        machines.check("refund", "succeeded", "approved")


def test_a_succeeded_session_wins_over_whatever_we_believed() -> None:
    for state in ("opened", "processing", "expired", "failed", "canceled"):
        assert machines.following("payment", state, "succeeded") == "succeeded"
