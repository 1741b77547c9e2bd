"""A bench's output: medians in a table for people, a JSON line for programs."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Result:
    """Seconds of each competitor, round by round; ratios are taken within a round.

    `cpu_seconds` are those that the competitor's own process computed, where a bench measures them.
    """

    bench: str
    seconds: Mapping[str, Sequence[float]]
    peer: str
    notes: Mapping[str, Any] = field(default_factory=dict)
    cpu_seconds: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def ratios(self) -> dict[str, float]:
        """Return each peer's time as a multiple of the reference peer's: the median over rounds."""
        return {
            name: statistics.median(
                mine / theirs for mine, theirs in zip(values, self.seconds[self.peer], strict=True)
            )
            for name, values in self.seconds.items()
        }

    def cpu_milliseconds(self) -> dict[str, float]:
        """Return the CPU milliseconds of each peer: the median over rounds."""
        return {
            name: round(1000 * statistics.median(values), 2)
            for name, values in self.cpu_seconds.items()
        }

    def table(self) -> str:
        """Write the figures for a person."""
        ratios, computed = self.ratios(), self.cpu_milliseconds()
        titles = ("", "median ms", "min ms", "max ms", f"x {self.peer}")
        rows: list[tuple[str, ...]] = [(*titles, *(["cpu ms"] if computed else []))]
        for name, values in self.seconds.items():
            figures = (statistics.median(values), min(values), max(values))
            texts = [f"{1000 * figure:.2f}" for figure in figures]
            cpu = [f"{computed[name]:.2f}"] if computed else []
            rows.append((name, *texts, f"{ratios[name]:.3f}", *cpu))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if number == 0 else cell.rjust(width)
                for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        notes = [f"{name}: {note}" for name, note in self.notes.items()]
        return "\n".join([f"bench {self.bench}", *lines, *notes])

    def json(self) -> str:
        """Write the figures for a program."""
        return json.dumps(
            {
                "bench": self.bench,
                "median_seconds": {
                    name: statistics.median(values) for name, values in self.seconds.items()
                },
                "ratio_to": self.peer,
                "ratios": self.ratios(),
                **({"cpu_milliseconds": self.cpu_milliseconds()} if self.cpu_seconds else {}),
                "rounds": len(self.seconds[self.peer]),
                **self.notes,
            },
            ensure_ascii=False,
        )
