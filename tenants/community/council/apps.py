"""The app of this room."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    """The works council's desk: what came in, what waits, what was paid."""

    name = "tenants.community.council"
    label = "council"
