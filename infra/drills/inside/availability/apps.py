"""The app that stands in the processes of the drills `chaos` and `deploy` only."""

import importlib

from infra.drills.inside.planting import PlantingConfig

LIMITS = (
    ("tenants.community.classifieds.forms", "MOST_POSTED"),
    ("tenants.community.classifieds.rules", "MOST_OPEN"),
    ("tenants.community.conversations.forms", "MOST_MESSAGES"),
)


class AvailabilityConfig(PlantingConfig):
    """Builds in the fault that one of them is to find."""

    name = "infra.drills.inside.availability"
    label = "availability"

    def ready(self) -> None:
        """Let a few members do as much as those of a town, beside what every such app does."""
        super().ready()
        for module, limit in LIMITS:
            setattr(importlib.import_module(module), limit, 1_000_000)
