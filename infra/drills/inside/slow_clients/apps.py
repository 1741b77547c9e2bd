"""The app that stands in the web process of the drill `slow-clients` only."""

from infra.drills.inside.planting import PlantingConfig


class SlowClientsConfig(PlantingConfig):
    """Builds in the fault that it is to find."""

    name = "infra.drills.inside.slow_clients"
    label = "slow_clients"
