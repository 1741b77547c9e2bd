"""The app installed only in the processes of the drills `permissions` and `leaver`."""

from infra.drills.inside.planting import PlantingConfig


class AccessConfig(PlantingConfig):
    """Plants the fault that a drill has to find."""

    name = "infra.drills.inside.access"
    label = "access"
