"""The app of spaces."""

from celery.signals import beat_init, worker_init
from django.apps import AppConfig
from django.core import checks


class SpacesConfig(AppConfig):
    """Spaces and their founding."""

    name = "tenants.spaces"
    label = "spaces"

    def ready(self) -> None:
        """Have worker, founder and beat look at the locks before they begin; saas/wsgi.py does."""
        from tenants.spaces.database import locks  # noqa: PLC0415 - needs the settings

        worker_init.connect(locks.refuse_to_start_open, dispatch_uid="locks")
        beat_init.connect(locks.refuse_to_start_open, dispatch_uid="locks")
        checks.register(locks.check, checks.Tags.database)
