"""The app that stands in the processes of the drills `permissions` and `leaver` only."""

from saas.commands.planting import PlantingConfig


class DoorsConfig(PlantingConfig):
    """Builds in the fault that one of them is to find."""

    name = "saas.commands.doors"
    label = "doors"
