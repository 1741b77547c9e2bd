"""Machines by name: which table of states each goes by, and what a trigger leads to there."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _

from billing.transitions.tables import councils, ledger, orders, returns, stripe
from billing.transitions.tables.table import Table
from saas.kernel.errors import Refused

type Machine = Literal[
    "order",
    "payment",
    "council",
    "change",
    "mandate",
    "share",
    "transfer",
    "refund",
    "claim",
    "dispute",
    "restitution",
    "tax",
    "invoice",
    "subscription",
    "call",
    "event",
    "payout",
    "comparison",
    "case",
]
MACHINES: Mapping[Machine, Table[Any]] = {
    "order": orders.ORDER,
    "payment": orders.PAYMENT,
    "council": councils.COUNCIL,
    "change": councils.CHANGE,
    "mandate": councils.MANDATE,
    "share": councils.SHARE,
    "transfer": councils.TRANSFER,
    "refund": returns.REFUND,
    "claim": councils.CLAIM,
    "dispute": returns.DISPUTE,
    "restitution": returns.RESTITUTION,
    "tax": councils.TAX,
    "invoice": orders.INVOICE,
    "subscription": orders.SUBSCRIPTION,
    "call": stripe.CALL,
    "event": stripe.EVENT,
    "payout": ledger.PAYOUT,
    "comparison": ledger.COMPARISON,
    "case": ledger.CASE,
}


def following(machine: Machine, state: str, trigger: str) -> str | None:
    """Return the state that a trigger leads to, or None where it leads nowhere."""
    return MACHINES[machine][state].get(trigger)


def from_states(machine: Machine, trigger: str) -> list[str]:
    """Return the states that know a trigger."""
    return [str(state) for state, row in MACHINES[machine].items() if trigger in row]


def to_state(machine: Machine, trigger: str) -> str:
    """Return the one state to which a trigger leads, from wherever it is known."""
    [state] = {str(row[trigger]) for row in MACHINES[machine].values() if trigger in row}
    return state


def listed(states: Iterable[str]) -> str:
    """Return states of ours as SQL lists them."""
    return ", ".join(f"'{state}'" for state in states)


def is_there(machine: Machine, state: str, trigger: str) -> bool:
    """Say whether a row is already where a trigger would bring it."""
    return any(row.get(trigger) == state for row in MACHINES[machine].values())


def check(machine: Machine, state: str, trigger: str) -> None:
    """Refuse what the state no longer allows, to a person who asked for it."""
    if following(machine, state, trigger) is None:
        raise Refused(
            _("Ce n’est plus possible\u00a0: la situation vient de changer. Rechargez la page.")
        )
