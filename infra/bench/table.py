"""How a bench tells its figures: medians in a table for people, one JSON line for programs."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Result:
    """Seconds of each competitor, round by round; ratios are taken within a round."""

    bench: str
    seconds: Mapping[str, Sequence[float]]
    peer: str
    notes: Mapping[str, Any] = field(default_factory=dict)

    def ratios(self) -> dict[str, float]:
        """How many times the peer's time each one took: the median over rounds."""
        return {
            name: statistics.median(
                mine / theirs for mine, theirs in zip(values, self.seconds[self.peer], strict=True)
            )
            for name, values in self.seconds.items()
        }

    def table(self) -> str:
        """Write the figures for a person."""
        ratios = self.ratios()
        rows: list[tuple[str, ...]] = [("", "median ms", "min ms", "max ms", f"x {self.peer}")]
        for name, values in self.seconds.items():
            figures = (statistics.median(values), min(values), max(values))
            texts = [f"{1000 * figure:.2f}" for figure in figures]
            rows.append((name, *texts, f"{ratios[name]:.3f}"))
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
                "rounds": len(self.seconds[self.peer]),
                **self.notes,
            },
            ensure_ascii=False,
        )
