"""The app installed only in the movers of the drill `move`."""

from infra.drills.inside.planting import PlantingConfig


class MovingConfig(PlantingConfig):
    """Plants a fault of a move, or the death of its mover before a step."""

    name = "infra.drills.inside.moving"
    label = "moving"
