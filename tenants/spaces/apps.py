"""The app of spaces."""

from celery.signals import beat_init, worker_init
from django.apps import AppConfig
from django.core import checks

from saas.kernel import modules
from saas.kernel.people import ways_in


class SpacesConfig(AppConfig):
    """Spaces and their founding."""

    name = "tenants.spaces"
    label = "spaces"

    def ready(self) -> None:
        """Have worker, founder and beat look at the locks before they begin; saas/wsgi.py does."""
        from tenants.spaces.database import deletes, locks  # noqa: PLC0415 - needs the settings
        from tenants.spaces.queries import own  # noqa: PLC0415 - models first

        deletes.read_no_row_first()
        modules.read_with(own.switched_off)
        ways_in.place_names.offer(self.label, own.place_names)
        ways_in.own_address.offer(self.label, own.own_address)
        worker_init.connect(locks.refuse_to_start_open, dispatch_uid="locks")
        beat_init.connect(locks.refuse_to_start_open, dispatch_uid="locks")
        checks.register(locks.check, checks.Tags.database)
