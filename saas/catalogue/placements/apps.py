"""The app of this room."""

from django.apps import AppConfig

from saas.kernel import hooks


class PlacementsConfig(AppConfig):
    """Campaigns of merchants: flights, creatives, prices, and how often they were seen."""

    name = "saas.catalogue.placements"
    label = "placements"

    def ready(self) -> None:
        """Offer what stands against the end of a space."""
        from saas.catalogue.placements import queries  # noqa: PLC0415 - models load first

        hooks.obstacles.offer(self.label, queries.obstacles)
