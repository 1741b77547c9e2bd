"""The app of this room."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """Offers of merchants, the codes that spaces' members show at the till, and their counts."""

    name = "saas.catalogue.offers"
    label = "offers"
