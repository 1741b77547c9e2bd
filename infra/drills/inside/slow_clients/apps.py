"""The app installed only in the processes of the drill `slow-clients`."""

from django.conf import settings

from infra.drills.inside.planting import PlantingConfig


class SlowClientsConfig(PlantingConfig):
    """Plants the fault to find, and redirects outgoing calls to a server that hangs."""

    name = "infra.drills.inside.slow_clients"
    label = "slow_clients"

    def ready(self) -> None:
        """Patch the product once everything is loaded."""
        port = getattr(settings, "TROOVON_HANGS_AT", 0)
        if port:
            from infra.drills.inside.slow_clients import hanging  # noqa: PLC0415 - models load first

            hanging.lead_calls_to(port)
        super().ready()
