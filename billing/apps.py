"""The app of this room."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """From a merchant's payment to each works council's share, to the cent."""

    name = "billing"
    label = "billing"
