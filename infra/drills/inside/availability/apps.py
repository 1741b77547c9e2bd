"""The app that stands in the processes of the drills `chaos` and `deploy` only."""

from infra.drills.inside.planting import PlantingConfig


class AvailabilityConfig(PlantingConfig):
    """Builds in the fault that one of them is to find."""

    name = "infra.drills.inside.availability"
    label = "availability"
