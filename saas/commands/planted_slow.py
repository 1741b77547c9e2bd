"""Settings of the drill `slow-clients`: the product, perhaps less patient, perhaps with a fault."""

import os

from saas.commands import planting
from saas.settings import *  # noqa: F403 - the product as it is

TROOVON_PLANT = planting.asked_for(TROOVON_ENV)  # noqa: F405
INSTALLED_APPS = [*INSTALLED_APPS, "saas.commands.slow_clients.apps.SlowClientsConfig"]  # noqa: F405
STORAGES = {  # nothing was collected for a house that lives for minutes
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A short run has no time to see twenty seconds pass.
HEADER_SECONDS = int(os.environ.get("TROOVON_DRILL_SECONDS", HEADER_SECONDS))  # noqa: F405
BODY_SECONDS = int(os.environ.get("TROOVON_DRILL_SECONDS", BODY_SECONDS))  # noqa: F405
