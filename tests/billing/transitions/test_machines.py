"""The tables of states name known states only, and end where they should."""

import datetime as dt
from pathlib import Path

import pytest
from django.db.models import TextChoices

from billing.models import StateChange
from billing.transitions import machines
from billing.transitions.machines import MACHINES, Machine
from saas.kernel.errors import Refused

AT = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_knows_every_state_of_its_enum_and_no_other(name: Machine) -> None:
    machine = MACHINES[name]
    states: type[TextChoices] = type(next(iter(machine)))
    assert list(machine) == list(states)
    assert {after for row in machine.values() for after in row.values()} <= set(machine)


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_can_be_reached(name: Machine) -> None:
    machine = MACHINES[name]
    reached = {next(iter(machine))}
    for _ in machine:
        reached |= {after for state in reached for after in machine[state].values()}
    assert reached == set(machine)


def test_names_of_machines_and_triggers_fit_the_history() -> None:
    for name, machine in MACHINES.items():
        for state, row in machine.items():
            for trigger, after in row.items():
                change = StateChange(
                    machine=name,
                    subject_id=1,
                    before=state,
                    after=after,
                    trigger=trigger,
                    by="Stripe",
                    at=AT,
                )
                change.clean_fields(exclude={"id"})


def rows() -> list[str]:
    return [
        f"{name}: {state} --{trigger}--> {after}"
        for name, machine in MACHINES.items()
        for state, row in machine.items()
        for trigger, after in row.items()
    ]


def test_each_state_allows_these_triggers_and_no_other() -> None:
    """Written out a second time: a row that is added or lost by the way is seen here."""
    assert rows() == Path(__file__).with_name("machines.txt").read_text().splitlines()


@pytest.mark.parametrize("row", Path(__file__).with_name("machines.txt").read_text().splitlines())
def test_a_trigger_leads_where_its_row_says(row: str) -> None:
    machine, _, rest = row.partition(": ")
    [name] = [known for known in MACHINES if known == machine]
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
