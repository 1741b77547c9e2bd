"""The app of this room."""

from django.apps import AppConfig


class CityServicesConfig(AppConfig):
    """Services of the city, beside the merchants."""

    name = "saas.catalogue.city_services"
    label = "city_services"
