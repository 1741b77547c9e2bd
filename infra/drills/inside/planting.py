"""How a drill builds a fault in: by patches, in processes of a throw-away house only.

The product has no switch for it; `TROOVON_PLANT` is read by the drills' own settings alone.
"""

import importlib
import os

from django.apps import AppConfig
from django.conf import settings

THROWN_AWAY = frozenset({"bench", "demo", "drill", "test"})


def faults_to_build_in(environment: str) -> str:
    """Return the faults to build in, with commas; raises RuntimeError in a real house."""
    if environment not in THROWN_AWAY:
        raise RuntimeError("a drill never runs on a real house's data")
    return os.environ.get("TROOVON_PLANT", "")


class PlantingConfig(AppConfig):
    """Plants the requested faults that exist in the app's `faults`."""

    def ready(self) -> None:
        """Patch the product once everything is loaded, before any address is."""
        faults = importlib.import_module(f"{self.name}.faults").FAULTS
        for name in getattr(settings, "TROOVON_PLANT", "").split(","):
            if name in faults:
                faults[name]()
