"""The app that stands in the processes of the drills `permissions` and `leaver` only."""

from infra.drills.inside.planting import PlantingConfig


class AccessConfig(PlantingConfig):
    """Builds in the fault that one of them is to find."""

    name = "infra.drills.inside.access"
    label = "access"
