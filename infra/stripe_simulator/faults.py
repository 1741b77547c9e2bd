"""Misfortunes on order: for the answers of the API and for the events that are posted."""

import random
from collections import Counter
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
ON_PAYMENTS = {"late_balance_transaction", "pending_refund"}
KINDS = ON_ANSWERS | ON_EVENTS | ON_PAYMENTS


LONGEST_SECONDS = 600.0
ALWAYS = 1000


@dataclass(slots=True)
class Fault:
    """A fault, its scope, how often it happens, and how long it lasts."""

    kind: str
    method: str = ""
    path: str = ""
    event: str = ""
    times: int | None = 1
    seconds: float = 5.0
    rate_per_thousand: int = ALWAYS
    seed: int = 0
    id: str = field(default_factory=lambda: new_id("fault_", 8))
    seen: int = 0
    met: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            raise ParameterError(f"Invalid kind: must be one of {known}", param="kind")
        _check_within(self.seconds, LONGEST_SECONDS, "seconds")
        _check_within(self.rate_per_thousand, ALWAYS, "rate_per_thousand")
        if self.times is not None and self.times < 1:
            raise ParameterError("times must be 1 or more, or always.", param="times")
        self.dice.seed(self.seed)

    @property
    def is_over(self) -> bool:
        """Return True if it has happened as often as ordered."""
        return self.times is not None and self.met >= self.times

    def strikes(self) -> bool:
        """Return True if it happens this time, and count it."""
        if self.is_over:
            return False
        self.seen += 1
        if self.dice.randrange(ALWAYS) >= self.rate_per_thousand:
            return False
        self.met += 1
        return True

    def shown(self) -> JSON:
        """Return the fault as shown in responses."""
        out = asdict(self)
        del out["dice"]
        return out


def _check_within(value: float, most: float, param: str) -> None:
    if not 0 <= value <= most:
        raise ParameterError(f"{param} must lie between 0 and {most:g}.", param=param)


# How each detail of an order is read, whether it came as JSON or as a form.
READ_AS: dict[str, Callable[[Any], Any]] = {
    "kind": str,
    "method": str,
    "path": str,
    "event": str,
    "times": lambda value: None if value in {None, "", "always"} else int(value),
    "seconds": float,
    "rate_per_thousand": int,
    "seed": int,
}


def read(details: JSON) -> Fault:
    """Return the ordered fault; with a rate it lasts until cleared, unless `times` is given."""
    given = dict(details)
    if "chance_percent" in given:
        given["rate_per_thousand"] = int(given.pop("chance_percent")) * 10
    for name in given:
        if name not in READ_AS:
            raise ParameterError(f"Received unknown parameter: {name}", param=name)
    if "kind" not in given:
        raise ParameterError("Missing required param: kind.", param="kind")
    if "rate_per_thousand" in given:
        given.setdefault("times", None)
    return Fault(**{name: _value(name, value) for name, value in given.items()})


def _value(name: str, value: object) -> Any:
    try:
        return READ_AS[name](value)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"Invalid {name}: {value!r}", param=name) from error


class Faults:
    """The faults that are switched on, and how many of each kind have struck."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self.struck: Counter[str] = Counter()

    def order(self, details: JSON) -> Fault:
        """Switch a fault on."""
        fault = read(details)
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all faults off."""
        self.active.clear()

    def reset(self) -> None:
        """Switch all faults off and forget how many have struck."""
        self.clear()
        self.struck.clear()

    def on_answer(self, method: str, path: str, header: str | None) -> Fault | None:
        """Give the fault that this request meets, from its own header or from those ordered."""
        if header:
            fault = _from_header(header)
            self.struck[fault.kind] += 1
            return fault
        for fault in self.active:
            if fault.kind in ON_ANSWERS and _meets(fault, method, path) and fault.strikes():
                self.struck[fault.kind] += 1
                return fault
        return None

    def on_event(self, kind: str, event_type: str) -> Fault | None:
        """Return the fault of a kind that this event meets."""
        for fault in self.active:
            fits = fault.event in {"", "*", event_type}
            if fault.kind == kind and fits and fault.strikes():
                self.struck[kind] += 1
                return fault
        return None


def _meets(fault: Fault, method: str, path: str) -> bool:
    return fault.method in {"", method} and path.startswith(fault.path)


def _from_header(header: str) -> Fault:
    """Return the fault in a request's header: its kind, then options after semicolons."""
    kind, *options = (piece.strip() for piece in header.split(";"))
    if kind not in ON_ANSWERS:
        known = ", ".join(sorted(ON_ANSWERS))
        raise ParameterError(f"Invalid Sim-Fault: must be one of {known}", param="kind")
    details = dict(option.partition("=")[::2] for option in options if option)
    return read({"kind": kind} | details)
