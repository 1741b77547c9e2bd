"""The app installed only in a drill's processes."""

from infra.drills.inside.planting import PlantingConfig


class DrillConfig(PlantingConfig):
    """Builds in the fault that a drill is to find."""

    name = "infra.drills.inside"
    label = "drill"
