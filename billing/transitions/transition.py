"""Transitions of a row between states, stored with actor, moment and reason."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from django.db import models

from billing.models import StateChange
from billing.transitions import machines
from billing.transitions.machines import Machine
from saas.kernel.database import rows

STRIPE = "Stripe"
CLOCK = "horloge"

logger = logging.getLogger(__name__)


def transition(
    machine: Machine,
    row: Any,
    trigger: str,
    *,
    by: str,
    at: dt.datetime,
    why: str = "",
    also: Sequence[str] = (),
) -> bool:
    """Apply a trigger to a row and record the change; return False if its state does not allow it.

    `also` names columns saved with the state.
    """
    steps = Transition(machine, row, by=by, at=at)
    moved = steps.apply(trigger, why=why, also=also)
    save(steps)
    return moved


def transition_unless_moved(
    machine: Machine, row: Any, trigger: str, *, by: str, at: dt.datetime
) -> bool:
    """Apply a trigger to a row that was not read, if its stored state equals the given state."""
    column = column_of(machine)
    before = getattr(row, column)
    if not advance(machine, row, trigger):
        return False
    after = getattr(row, column)
    moved = rows.store_if(f"{column} = '{before}'", row, column)
    if moved:
        record(machine, row.pk, trigger, states=(before, after), by=by, at=at)
    return moved


def advance(machine: Machine, row: Any, trigger: str) -> bool:
    """Set a row's state by a trigger; return False if its state does not allow it.

    The caller saves it. Calls, events and comparisons arrive by the hundred thousand, and their
    columns contain their outcome: for them, only decisions of people are recorded.
    """
    column = column_of(machine)
    after = machines.following(machine, getattr(row, column), trigger)
    if after is None:
        _note_ignored(machine, row, trigger)
        return False
    setattr(row, column, after)
    return True


def advance_all(
    machine: Machine, found: models.QuerySet[Any], trigger: str, **columns: object
) -> int:
    """Apply a trigger to all rows that allow it, without a history; return their number."""
    column = column_of(machine)
    movable = found.filter(**{f"{column}__in": machines.from_states(machine, trigger)})
    return movable.update(**{column: machines.to_state(machine, trigger)}, **columns)


class Transition:
    """Several transitions of a row in a transaction: saved once, each recorded."""

    def __init__(self, machine: Machine, row: Any, *, by: str, at: dt.datetime) -> None:
        self._machine, self.row, self._by, self._at = machine, row, by, at
        self.changes: list[StateChange] = []
        self.columns: list[str] = []

    def apply(self, trigger: str, *, why: str = "", also: Sequence[str] = ()) -> bool:
        """Apply a trigger to the row; return False if its state does not allow it.

        `also` names columns saved with the state.
        """
        column = column_of(self._machine)
        before = getattr(self.row, column)
        if not advance(self._machine, self.row, trigger):
            return False
        after = getattr(self.row, column)
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
    """Save the changed rows and their history, in a single statement."""
    moved = [one for one in steps if one.changes]
    if moved:
        changes = [change for one in moved for change in one.changes]
        rows.write(*((one.row, one.columns) for one in moved), add=changes)
    for one in moved:
        one.changes, one.columns = [], []


def _note_ignored(machine: Machine, row: Any, trigger: str) -> None:
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
    """Record an action on a row, with its actor, moment and reason."""
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


def column_of(machine: Machine) -> str:
    """Return the column that holds a machine's state."""
    return "account_state" if machine == "council" else "state"
