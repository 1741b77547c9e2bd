"""The app of this room."""

import datetime as dt

from django.apps import AppConfig

from saas.kernel import hooks, revision


class PlacementsConfig(AppConfig):
    """Campaigns of merchants: flights, creatives, prices, and how often they were seen."""

    name = "saas.catalogue.placements"
    label = "placements"

    def ready(self) -> None:
        """Offer what stands against the end of a space; take a changed shop off the screens."""
        from saas.catalogue.placements.queries import campaigns, places  # noqa: PLC0415 - models load first

        def changed(merchant_id: int, _at: dt.datetime) -> None:
            revision.renew_in(places.spaces_on_screens(merchant=merchant_id))

        hooks.obstacles.offer(self.label, campaigns.obstacles)
        hooks.merchant_changed.offer(self.label, changed)
