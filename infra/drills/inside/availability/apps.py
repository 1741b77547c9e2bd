"""The app installed only in the processes of the drills `chaos` and `deploy`."""

import importlib

from infra.drills.inside.planting import PlantingConfig

LIMITS = (
    ("tenants.community.classifieds.forms", "MOST_POSTED"),
    ("tenants.community.classifieds.rules", "MOST_OPEN"),
    ("tenants.community.conversations.forms", "MOST_MESSAGES"),
)


class AvailabilityConfig(PlantingConfig):
    """Plants the fault that a drill has to find."""

    name = "infra.drills.inside.availability"
    label = "availability"

    def ready(self) -> None:
        """Plant the fault, and raise the limits so that few members can act for a whole town."""
        super().ready()
        for module, limit in LIMITS:
            setattr(importlib.import_module(module), limit, 1_000_000)
