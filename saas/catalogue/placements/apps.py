"""The app of this room."""

from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    """Campaigns of merchants: flights, creatives, prices, and how often they were seen."""

    name = "saas.catalogue.placements"
    label = "placements"
