"""Faults of a page, as a line for a person."""

from dataclasses import dataclass, field
from typing import Any

POLICY = "Content Security Policy"
# The browser logs a page's own status as an error; every other console message counts.
OWN_STATUS = "Failed to load resource: the server responded with a status of"


@dataclass
class Findings:
    """A page, its status, and the faults found at its widths and colours."""

    name: str
    url: str
    wanted: int
    status: int = 0
    overflow: int = 0
    console: list[str] = field(default_factory=list)
    policy: list[str] = field(default_factory=list)
    axe: dict[str, str] = field(default_factory=dict)
    shape: list[str] = field(default_factory=list)

    def record_console(self, text: str, url: str) -> None:
        """Keep an error of the console, unless it only repeats the status that was wanted."""
        if POLICY in text:
            self.policy.append(text)
        elif not (text.startswith(f"{OWN_STATUS} {self.wanted}") and url == self.url):
            self.console.append(f"{text} {url}".strip())

    def add_violations(self, violations: list[dict[str, Any]]) -> None:
        """Add axe's violations, each rule once."""
        for found in violations:
            where = "; ".join(str(node["target"][0]) for node in found["nodes"][:3])
            self.axe[found["id"]] = f"axe {found['impact']}: {found['id']} at {where}"

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong."""
        return self.status == self.wanted and not self.details()

    def details(self) -> list[str]:
        """Return the faults, a line each."""
        wide = [f"{self.overflow} px wider than the window"] if self.overflow else []
        return [*wide, *self.shape, *self.console, *self.policy, *self.axe.values()]

    def line(self) -> str:
        """Sum the page up: its status, then how much of each kind."""
        sign = "✓" if self.fine else "✗"
        counts = (
            f"{self.overflow:>3} px  {len(self.console)} console  {len(self.policy)} policy  "
            f"{len(self.axe)} axe  {len(self.shape)} shape"
        )
        return f"{sign} {self.status}  {counts}  {self.name}"
