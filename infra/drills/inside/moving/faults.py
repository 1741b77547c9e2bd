"""Ways to lose rows in a move, and deaths of a mover, planted so that the drill finds them."""

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connections

from tenants.spaces.database.cells import gate, moving

LATE_SECONDS = 1.0
# The steps of a move, each before which its mover is killed.
STEPS: dict[str, tuple[Any, str]] = {
    "clear": (moving, "_clear"),
    "copy": (moving, "_copy"),
    "shut": (gate, "shut"),
    "drain": (gate, "drain"),
    "sequences": (moving, "_set_sequences"),
    "flip": (moving, "flip"),
    "open": (gate, "open_gate"),
    "leave": (moving, "_leave"),
}


def flip_before_catch_up() -> None:
    """Name the new cluster before it has the last changes."""
    catch_up = moving._catch_up  # noqa: SLF001 - the step itself

    def never(route: Any, until: float) -> None:
        if until > time.monotonic() + gate.HOLD_SECONDS:  # before the gate is shut
            catch_up(route, until)
            with connections[route.target].cursor() as cursor:
                cursor.execute(f'ALTER SUBSCRIPTION "{route.copy}" DISABLE')
            time.sleep(LATE_SECONDS)

    _set(moving, "_catch_up", never)


def forgotten_sequence() -> None:
    """Leave the numbers of the new place where its blueprint begins."""
    _set(moving, "_set_sequences", lambda _route: None)


def writer_past_the_gate() -> None:
    """Let people in during the hand-over, and write where the space is no longer."""
    _set(gate, "shut", lambda *_values: None)
    _set(gate, "drain", lambda *_values: None)
    set_sequences = moving._set_sequences  # noqa: SLF001 - the step itself

    def slowly(route: Any) -> None:
        set_sequences(route)
        with connections[route.target].cursor() as cursor:
            cursor.execute(f'ALTER SUBSCRIPTION "{route.copy}" DISABLE')
        time.sleep(LATE_SECONDS)

    _set(moving, "_set_sequences", slowly)


def _set(owner: Any, name: str, broken: Any) -> None:
    setattr(owner, name, broken)


def _die(*_values: Any, **_named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _killed_before(step: str) -> None:
    _set(*STEPS[step], _die)


PLANTS = (flip_before_catch_up, forgotten_sequence, writer_past_the_gate)
FAULTS: dict[str, Callable[[], None]] = {fault.__name__: fault for fault in PLANTS} | {
    f"killed_before_{step}": partial(_killed_before, step) for step in STEPS
}
