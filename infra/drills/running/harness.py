"""Options, progress and report that all drills share."""

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

BAR = 30
SHOWN = 20
_BETWEEN_SECONDS = 0.5


@dataclass(frozen=True)
class DrillOptions:
    """The duration of a drill, its seed, and the fault planted in it.

    `rounds` 0 is the drill's own full length. `plant` names a fault built in on purpose, to show
    that the drill can fail; patches of the product, and faults of `restore`, may be several,
    separated by commas. `clients` and `seconds` belong to `slow-clients`, 0 is its full length.
    `minutes` selects the long form of `slow-clients` and `uploads`: so many minutes of each trial.
    `cells` 2 spreads the spaces of `isolation`, `permissions` and `switching` over two clusters.
    """

    rounds: int = 0
    seed: int = 1
    plant: str = ""
    clients: int = 0
    seconds: int = 0
    minutes: float = 0
    cells: int = 1


@dataclass
class Report:
    """A drill's record: attempts counted by kind, and each thing that it found broken."""

    tried: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def find(self, what: str) -> None:
        """Note something that must never be."""
        self.found.append(what)

    def json(self, name: str, options: DrillOptions, seconds: float) -> str:
        """Return the counts as a single line of JSON."""
        return json.dumps(
            {
                "drill": name,
                "seed": options.seed,
                "rounds": options.rounds,
                "plant": options.plant,
                "seconds": round(seconds, 1),
                "tried": dict(self.tried),
                "found": len(self.found),
                "findings": self.found[:SHOWN],
                **self.notes,
            },
            ensure_ascii=False,
        )

    def table(self) -> str:
        """Return the counts and the findings as a text for people."""
        lines = [f"  {count:>9,} {kind}" for kind, count in self.tried.items()]
        lines += [f"  {name}: {note}" for name, note in self.notes.items()]
        verdict = "nothing was found" if not self.found else f"{len(self.found)} found"
        return "\n".join([*lines, verdict, *(f"  - {what}" for what in self.found[:SHOWN])])


class Bar:
    """A progress bar on standard error; silent without a terminal."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown = sys.stderr.isatty()
        self._last = 0.0

    def at(self, done: int, of: int, what: str = "") -> None:
        """Show that `done` of `of` are done; drawn at most twice a second."""
        now = time.monotonic()
        if not self._shown or (done < of and now - self._last < _BETWEEN_SECONDS):
            return
        self._last = now
        full = BAR * done // max(of, 1)
        bar = "█" * full + "·" * (BAR - full)
        end = "\n" if done >= of else ""
        sys.stderr.write(f"\r{self._name} {bar} {done:,}/{of:,} {what[:30]:30}{end}")
        sys.stderr.flush()
