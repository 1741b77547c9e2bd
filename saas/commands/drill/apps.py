"""The app that stands in a drill's processes only."""

from saas.commands.planting import PlantingConfig


class DrillConfig(PlantingConfig):
    """Builds in the fault that a drill is to find."""

    name = "saas.commands.drill"
    label = "drill"
