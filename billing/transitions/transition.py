"""How a row goes from one state to the next, with who, when and why kept beside it."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from billing.models import StateChange
from billing.transitions import machines
from saas.kernel import rows

STRIPE = "Stripe"
CLOCK = "horloge"

logger = logging.getLogger(__name__)


def transition(
    machine: str,
    row: Any,
    trigger: str,
    *,
    by: str,
    at: dt.datetime,
    why: str = "",
    also: Sequence[str] = (),
) -> bool:
    """Move a row, and keep the change; where the state does not know the trigger, say no.

    `also` names columns that are saved with the state.
    """
    steps = Transition(machine, row, by=by, at=at)
    moved = steps.apply(trigger, why=why, also=also)
    save(steps)
    return moved


class Transition:
    """Several moves of one row in one transaction: saved once, each change kept beside it."""

    def __init__(self, machine: str, row: Any, *, by: str, at: dt.datetime) -> None:
        self._machine, self.row, self._by, self._at = machine, row, by, at
        self.changes: list[StateChange] = []
        self.columns: list[str] = []

    def apply(self, trigger: str, *, why: str = "", also: Sequence[str] = ()) -> bool:
        """Move the row on; where the state does not know the trigger, say no.

        `also` names columns that are saved with the state.
        """
        column = column_of(self._machine)
        before = getattr(self.row, column)
        after = machines.following(self._machine, before, trigger)
        if after is None:
            _note_ignored(self._machine, self.row, trigger)
            return False
        setattr(self.row, column, after)
        change = _change(
            self._machine,
            self.row.pk,
            trigger,
            states=(before, after),
            by=self._by,
            at=self._at,
            why=why,
        )
        self.changes.append(change)
        self.columns += [name for name in (column, *also) if name not in self.columns]
        return True


def save(*steps: Transition) -> None:
    """Save the rows that have moved, and how they got there, in one statement."""
    moved = [one for one in steps if one.changes]
    if moved:
        changes = [change for one in moved for change in one.changes]
        rows.write(*((one.row, one.columns) for one in moved), add=changes)
    for one in moved:
        one.changes, one.columns = [], []


def _note_ignored(machine: str, row: Any, trigger: str) -> None:
    state = getattr(row, column_of(machine))
    if not machines.is_there(machine, state, trigger):
        logger.warning("%s %s is %s and ignores %s", machine, row.pk, state, trigger)


def record(
    machine: str,
    subject_id: int,
    trigger: str,
    *,
    states: tuple[str, str],
    by: str,
    at: dt.datetime,
    why: str = "",
) -> None:
    """Keep who did something to a row, when and why."""
    rows.add(_change(machine, subject_id, trigger, states=states, by=by, at=at, why=why))


def _change(
    machine: str,
    subject_id: int,
    trigger: str,
    *,
    states: tuple[str, str],
    by: str,
    at: dt.datetime,
    why: str = "",
) -> StateChange:
    return StateChange(
        machine=machine,
        subject_id=subject_id,
        before=states[0],
        after=states[1],
        trigger=trigger,
        by=rows.cut(StateChange, "by", by),
        why=rows.cut(StateChange, "why", why),
        at=at,
    )


def column_of(machine: str) -> str:
    """Return the column that holds a machine's state."""
    return "account_state" if machine == "council" else "state"
