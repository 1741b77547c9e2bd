"""How a row goes from one state to the next, with who, when and why kept beside it."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from billing.models import StateChange
from billing.rules import machines

STRIPE = "Stripe"
CLOCK = "horloge"

logger = logging.getLogger(__name__)


def move(
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
    column = column_of(machine)
    before = getattr(row, column)
    after = machines.following(machine, before, trigger)
    if after is None:
        if not machines.is_there(machine, before, trigger):
            logger.warning("%s %s is %s and ignores %s", machine, row.pk, before, trigger)
        return False
    setattr(row, column, after)
    row.save(update_fields=[column, *also])
    keep(machine, row.pk, trigger, states=(before, after), by=by, at=at, why=why)
    return True


def keep(
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
    StateChange.objects.create(
        machine=machine,
        subject_id=subject_id,
        before=states[0],
        after=states[1],
        trigger=trigger,
        by=by[:160],
        why=why[:200],
        at=at,
    )


def column_of(machine: str) -> str:
    """Return the column that holds a machine's state."""
    return "account_state" if machine == "council" else "state"
