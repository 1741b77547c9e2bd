"""The app of this room."""

import datetime as dt

from django.apps import AppConfig

from saas.kernel import hooks, revision
from saas.kernel.offers import catalogue_hooks


class PlacementsConfig(AppConfig):
    """Campaigns of merchants: flights, creatives, prices, and how often they were seen."""

    name = "saas.catalogue.placements"
    label = "placements"

    def ready(self) -> None:
        """Register the obstacles to a space's end; remove a changed shop from the screens."""
        from saas.catalogue.placements.actions import (  # noqa: PLC0415 - models load first
            campaigns as campaign_actions,
        )
        from saas.catalogue.placements.actions import counts  # noqa: PLC0415
        from saas.catalogue.placements.queries import obstacles, places  # noqa: PLC0415

        def changed(merchant_id: int, _at: dt.datetime) -> None:
            revision.renew_in(places.spaces_of(merchant=merchant_id))

        def close(tenant_id: int, module: str, at: dt.datetime) -> None:
            counts.close_module(tenant_id=tenant_id, module=module, at=at)

        def refuse(name: str, at: dt.datetime) -> None:
            campaign_actions.drop_picture(name=name, at=at)

        catalogue_hooks.picture_refused.offer(self.label, refuse)
        hooks.module_closing.offer(self.label, close)
        hooks.obstacles.offer(self.label, obstacles.obstacles)
        hooks.admin_obstacles.offer(self.label, obstacles.admin_obstacles)
        hooks.merchant_changed.offer(self.label, changed)
