"""The app that stands in the web process of the drill `slow-clients` only."""

from saas.commands.planting import PlantingConfig


class SlowClientsConfig(PlantingConfig):
    """Builds in the fault that it is to find."""

    name = "saas.commands.slow_clients"
    label = "slow_clients"
