"""The app of this room."""

from django.apps import AppConfig


class GeocodingConfig(AppConfig):
    """Postal addresses that forms search while they are typed."""

    name = "saas.geocoding"
    label = "geocoding"
