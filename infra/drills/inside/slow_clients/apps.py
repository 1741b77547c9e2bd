"""The app that stands in the processes of the drill `slow-clients` only."""

from django.conf import settings

from infra.drills.inside.planting import PlantingConfig


class SlowClientsConfig(PlantingConfig):
    """Builds in the fault that it is to find, and leads calls outside to a server that hangs."""

    name = "infra.drills.inside.slow_clients"
    label = "slow_clients"

    def ready(self) -> None:
        """Patch the product once everything is loaded."""
        port = getattr(settings, "TROOVON_HANGS_AT", 0)
        if port:
            from infra.drills.inside.slow_clients import hanging  # noqa: PLC0415 - models load first

            hanging.lead_calls_to(port)
        super().ready()
