"""Settings of the simulator at its start."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Key, secrets and addresses; `base` is where the simulator itself answers."""

    api_key: str
    base: str
    snapshot_secret: str = ""
    connected_secret: str = ""
    thin_secret: str = ""
    webhooks_base: str = ""
    webhook_host: str = ""
    state_file: Path | None = None

    def accepts(self, key: str) -> bool:
        """Return True if a key is the configured key; a live key never is."""
        return "_live_" not in key and key == self.api_key
