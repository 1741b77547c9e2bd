"""Misfortunes on order: for the answers of the API and for the events that are posted."""

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from infra.stripe_simulator.errors import JSON, ParameterError
from infra.stripe_simulator.store import new_id

ON_ANSWERS = {
    "error_before",  # 500, nothing was executed
    "error_after",  # 500 after executing; the 500 is stored under the key
    "rate_limit",  # 429 with Retry-After
    "lock_timeout",  # 409, nothing was executed
    "slow",  # the key is held for some seconds before executing
    "timeout_before",  # no answer for some seconds, nothing was executed
    "timeout_after",  # executed, no answer for some seconds
    "reset_before",  # connection closed, nothing was executed
    "reset_after",  # executed, connection closed
    "slow_body",  # the answer comes in drops
    "malformed_json",  # executed, the answer is cut
}
ON_EVENTS = {"duplicate_event", "shuffle_events", "drop_event", "delay_event"}
ON_PAYMENTS = {"late_balance_transaction"}
KINDS = ON_ANSWERS | ON_EVENTS | ON_PAYMENTS


@dataclass(slots=True)
class Fault:
    """A misfortune, whom it meets, how often, and how long it lasts."""

    kind: str
    method: str = ""
    path: str = ""
    event: str = ""
    times: int | None = 1
    seconds: float = 5.0
    chance_percent: int = 100
    seed: int = 0
    id: str = field(default_factory=lambda: new_id("fault_", 8))
    met: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            raise ParameterError(f"Invalid kind: must be one of {known}", param="kind")
        self.dice.seed(self.seed)

    def strikes(self) -> bool:
        """Tell whether it happens this time, and count it."""
        if self.times is not None and self.met >= self.times:
            return False
        if self.dice.randrange(100) >= self.chance_percent:
            return False
        self.met += 1
        return True

    def shown(self) -> JSON:
        """Describe the fault to who ordered it."""
        out = asdict(self)
        del out["dice"]
        return out


# How each detail of an order is read, whether it came as JSON or as a form.
READ_AS: dict[str, Callable[[Any], Any]] = {
    "kind": str,
    "method": str,
    "path": str,
    "event": str,
    "times": lambda value: None if value in {None, "", "always"} else int(value),
    "seconds": float,
    "chance_percent": int,
    "seed": int,
}


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def order(self, details: JSON) -> Fault:
        """Switch a fault on."""
        for name in details:
            if name not in READ_AS:
                raise ParameterError(f"Received unknown parameter: {name}", param=name)
        if "kind" not in details:
            raise ParameterError("Missing required param: kind.", param="kind")
        fault = Fault(**{name: READ_AS[name](value) for name, value in details.items()})
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all faults off."""
        self.active.clear()

    def on_answer(self, method: str, path: str, header: str | None) -> Fault | None:
        """Give the fault that this request meets, from its own header or from those ordered."""
        if header:
            return _from_header(header)
        for fault in self.active:
            if fault.kind in ON_ANSWERS and _meets(fault, method, path) and fault.strikes():
                return fault
        return None

    def on_event(self, kind: str, event_type: str) -> Fault | None:
        """Give the fault of one kind that this event meets."""
        for fault in self.active:
            fits = fault.event in {"", "*", event_type}
            if fault.kind == kind and fits and fault.strikes():
                return fault
        return None


def _meets(fault: Fault, method: str, path: str) -> bool:
    return fault.method in {"", method} and path.startswith(fault.path)


def _from_header(header: str) -> Fault:
    kind, *options = (piece.strip() for piece in header.split(";"))
    details: dict[str, Any] = {}
    for option in options:
        name, _, value = option.partition("=")
        if name == "seconds":
            details[name] = float(value)
    return Fault(kind, **details)
