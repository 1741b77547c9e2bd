"""The app of this room."""

from django.apps import AppConfig


class NeighbourhoodConfig(AppConfig):
    """The catalogue seen from this gate, the placements shown here, and what they bring."""

    name = "tenants.community.neighbourhood"
    label = "neighbourhood"
