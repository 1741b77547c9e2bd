"""State machines by name: the table of states of each, and the state that a trigger leads to."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _

from billing.transitions.tables import councils, einvoicing, ledger, orders, returns, stripe
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
    "manual_entry",
    "einvoice",
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
    "manual_entry": ledger.MANUAL_ENTRY,
    "einvoice": einvoicing.EINVOICE,
}


def following(machine: Machine, state: str, trigger: str) -> str | None:
    """Return the state that a trigger leads to, or None if the state has no such trigger."""
    return MACHINES[machine][state].get(trigger)


def from_states(machine: Machine, trigger: str) -> list[str]:
    """Return the states with a trigger."""
    return [str(state) for state, row in MACHINES[machine].items() if trigger in row]


def to_state(machine: Machine, trigger: str) -> str:
    """Return the single state that a trigger leads to, from any state with it."""
    [state] = {str(row[trigger]) for row in MACHINES[machine].values() if trigger in row}
    return state


def listed(states: Iterable[str]) -> str:
    """Return states of ours as SQL lists them."""
    return ", ".join(f"'{state}'" for state in states)


def is_there(machine: Machine, state: str, trigger: str) -> bool:
    """Return True if a row is already in the state that the trigger leads to."""
    return any(row.get(trigger) == state for row in MACHINES[machine].values())


def check(machine: Machine, state: str, trigger: str) -> None:
    """Raise Refused if a user's action is no longer possible in this state."""
    if following(machine, state, trigger) is None:
        raise Refused(
            _("Ce n’est plus possible\u00a0: la situation vient de changer. Rechargez la page.")
        )
