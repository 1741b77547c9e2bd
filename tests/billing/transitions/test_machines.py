"""The tables of states: possible and impossible transitions of money."""

import ast
import datetime as dt
from collections.abc import Iterator

import pytest
from django.db.models import TextChoices

from billing.models import StateChange
from billing.transitions import machines
from billing.transitions.machines import MACHINES, Machine, from_states
from saas.kernel.errors import Refused
from tests.architecture.source import Source, nodes_of, sources

AT = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
# If Stripe reports the progress, its word is the trigger and our word is the state.
IN_STRIPES_WORDS: tuple[Machine, ...] = ("payment", "dispute", "payout")
# Final states: no trigger leaves them. Each other state has a trigger.
OVER: dict[Machine, set[str]] = {
    "order": {"refunded", "cancelled"},
    "payment": {"succeeded"},
    "council": set(),
    "change": {"done", "cancelled"},
    "mandate": {"confirmed", "refused", "withdrawn"},
    "share": {"netted", "reversed", "cancelled"},
    "transfer": {"done", "refused"},
    "refund": {"rejected", "failed", "canceled"},
    "claim": {"netted", "written_off", "paid_back"},
    "dispute": {"won", "prevented"},
    "restitution": {"done", "netted"},
    "tax": {"done", "netted", "written_off"},
    "invoice": {"credited"},
    "subscription": {"ended"},
    "call": {"done"},
    "event": {"processed", "ignored"},
    "payout": set(),
    "comparison": {"agrees", "differs", "failed"},
    "case": {"explained", "closed"},
    "manual_entry": {"posted", "refused"},
    "einvoice": {"refused"},
}


def rows() -> Iterator[tuple[Machine, str, str, str]]:
    """Every row of every table: machine, state, trigger, the state that follows."""
    for name, machine in MACHINES.items():
        for state, row in machine.items():
            for trigger, after in row.items():
                yield name, state, trigger, after


def reached(name: Machine, *begins: str) -> set[str]:
    """Return the states that some can lead to, by however many steps."""
    machine, found = MACHINES[name], set[str]()
    waiting = list(begins)
    while waiting:
        after = {str(state) for state in machine[waiting.pop()].values()} - found
        found |= after
        waiting += after
    return found


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_knows_every_state_of_its_enum_and_no_other(name: Machine) -> None:
    machine = MACHINES[name]
    states: type[TextChoices] = type(next(iter(machine)))
    assert list(machine) == list(states)
    assert {after for row in machine.values() for after in row.values()} <= set(machine)


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_can_be_reached(name: Machine) -> None:
    # VAT that a credit note takes back from a council is due from the beginning.
    first = str(next(iter(MACHINES[name])))
    assert {first} | reached(name, first) == set(MACHINES[name])


@pytest.mark.parametrize("name", MACHINES)
def test_final_states_are_the_only_ones_without_transitions(name: Machine) -> None:
    assert {state for state, row in MACHINES[name].items() if not row} == OVER[name]


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_can_reach_a_final_one(name: Machine) -> None:
    """Check that no state is a trap: each non-final state can reach a final state."""
    for state in MACHINES[name]:
        if OVER[name] and state not in OVER[name]:
            assert OVER[name] & reached(name, state), state


@pytest.mark.parametrize("name", IN_STRIPES_WORDS)
def test_a_word_of_stripes_leads_to_the_state_of_that_name(name: Machine) -> None:
    for machine, _state, trigger, after in rows():
        assert machine != name or trigger == after


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


def is_spoken(source: Source) -> bool:
    return source.name.startswith("billing/") and "transitions/tables" not in source.name


def test_no_table_waits_for_a_trigger_that_nobody_pulls() -> None:
    """Check that each trigger is in the code, or is the name of a state at Stripe."""
    spoken = {
        node.value
        for source in sources()
        if is_spoken(source)
        for node in nodes_of(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {
        f"{name}: {trigger}"
        for name, _state, trigger, after in rows()
        if trigger not in spoken and trigger != after
    } == set()


def test_a_trigger_leads_where_its_row_says_and_nowhere_else() -> None:
    for name, state, trigger, after in rows():
        assert machines.to_state(name, trigger) == after
        assert machines.following(name, state, trigger) == after
        assert machines.is_there(name, after, trigger)
        machines.check(name, state, trigger)


def test_states_are_listed_as_sql_reads_them() -> None:
    assert machines.listed(["paid", "refunded"]) == "'paid', 'refunded'"


def test_a_row_is_there_only_where_the_trigger_leads() -> None:
    assert not machines.is_there("refund", "requested", "approved")
    assert machines.following("refund", "succeeded", "approved") is None


def test_refusal_of_a_late_transition_asks_to_reload() -> None:
    machines.check("refund", "requested", "approved")
    with pytest.raises(Refused, match="Rechargez"):
        machines.check("refund", "succeeded", "approved")


def everywhere_but(name: Machine, *states: str) -> set[str]:
    return {str(state) for state in MACHINES[name]} - {*states}


@pytest.mark.parametrize(
    ("name", "trigger", "known_in"),
    [
        # Arriving money is accepted in any state of an unpaid order.
        ("order", "paid", {"priced", "awaiting_payment", "processing"}),
        ("order", "cancelled", {"priced"}),
        ("order", "refunded", {"paid", "partly_refunded"}),
        ("order", "refunded_in_part", {"paid", "partly_refunded"}),
        # A payment that failed at Stripe can still succeed.
        ("payment", "succeeded", everywhere_but("payment", "succeeded")),
        ("subscription", "ended", everywhere_but("subscription", "ended")),
        ("invoice", "credited", everywhere_but("invoice", "credited")),
        ("invoice", "credited_in_part", everywhere_but("invoice", "credited")),
        # A share leaves when it is released, and at no other moment.
        ("share", "sending", {"releasable"}),
        ("share", "transferred", {"sending"}),
        # A share still with us is frozen by a dispute, and cancelled by a refund.
        ("share", "frozen", {"held", "releasable", "waiting_account"}),
        ("share", "refunded", {"held", "releasable", "waiting_account", "frozen"}),
        ("share", "netted", {"releasable", "waiting_account", "frozen"}),
        # A transferred share comes back from the council's account.
        ("share", "reversed", {"transferred", "partly_reversed"}),
        ("share", "reversed_in_part", {"transferred", "partly_reversed"}),
        ("transfer", "done", {"pending", "in_flight", "unknown"}),
        ("transfer", "refused", {"pending", "in_flight", "unknown"}),
        # Two people approve before money goes back, and only a debt is written off.
        ("refund", "approved", {"requested"}),
        ("refund", "sent", {"approved"}),
        ("refund", "succeeded", {"sending", "pending", "requires_action"}),
        ("refund", "failed", {"sending", "pending", "requires_action", "succeeded"}),
        ("claim", "written_off", {"owed"}),
        ("claim", "netted", {"due", "owed"}),
        ("claim", "done", {"due", "sending", "owed"}),
        ("tax", "written_off", {"owed"}),
        ("tax", "netted", {"due", "owed"}),
        ("tax", "sending", {"due"}),
        ("restitution", "sending", {"due"}),
        ("restitution", "netted", {"due"}),
        # A call with a response from Stripe is done, whatever its state was.
        ("call", "done", everywhere_but("call", "done")),
        ("call", "given_up", {"unknown", "parked"}),
        ("event", "processed", {"received", "parked"}),
        # An account may be replaced from any state, except if there is no account.
        ("council", "replaced", everywhere_but("council", "none", "no_legal_personality")),
        ("change", "replaced", {"confirmed"}),
        ("change", "cancelled", {"asked", "confirmed"}),
        ("case", "closed", {"open"}),
    ],
)
def test_trigger_that_moves_money_is_known_in_its_states_alone(
    name: Machine, trigger: str, known_in: set[str]
) -> None:
    assert set(from_states(name, trigger)) == known_in


@pytest.mark.parametrize(
    ("name", "begins", "never"),
    [
        # A paid order is never opened again, nor cancelled.
        ("order", {"paid"}, {"draft", "priced", "awaiting_payment", "processing", "cancelled"}),
        ("order", {"partly_refunded"}, {"paid"}),
        # A transferred share is not sent a second time.
        ("share", {"transferred"}, {"held", "releasable", "sending", "frozen", "cancelled"}),
        # A refund that arrived may be sent back by the bank, and never be asked for again.
        ("refund", {"succeeded"}, {"requested", "approved", "sending", "pending", "canceled"}),
        ("refund", {"sending"}, {"requested", "approved", "rejected"}),
        # A decision of a bank for the merchant is final; an inquiry does not restart.
        ("dispute", {"won", "prevented"}, {"lost", "needs_response", "under_review"}),
        ("dispute", {"needs_response"}, {"warning_needs_response", "warning_under_review"}),
        # On a lost dispute only an appeal follows.
        ("dispute", {"lost"}, {"needs_response", "under_review", "prevented", "warning_closed"}),
        ("dispute", {"appeal_under_review"}, {"needs_response", "under_review", "prevented"}),
        # A booked payout is not in transit again, though a bank may return it.
        ("payout", {"paid"}, {"pending", "in_transit", "paid"}),
        ("payout", {"in_transit"}, {"pending"}),
        ("invoice", {"sent"}, {"issued", "rendered"}),
        ("invoice", {"credited_partly"}, {"issued", "rendered", "sent"}),
        ("claim", {"done", "netted", "written_off", "paid_back"}, {"due", "owed"}),
        ("change", {"confirmed"}, {"asked"}),
        ("council", {"created"}, {"none", "no_legal_personality", "created"}),
        ("council", {"closed"}, {"none", "created"}),
        ("subscription", {"active"}, {"opening"}),
        ("event", {"processed"}, {"received"}),
        ("call", {"done"}, {"pending", "in_flight", "unknown", "failed", "parked"}),
        ("call", {"failed"}, {"pending", "in_flight", "unknown", "parked"}),
    ],
)
def test_money_never_goes_back_to(name: Machine, begins: set[str], never: set[str]) -> None:
    assert not reached(name, *begins) & never


def test_a_closed_account_lives_again_by_its_replacement_alone() -> None:
    assert MACHINES["council"]["closed"] == {"replaced": "active"}
