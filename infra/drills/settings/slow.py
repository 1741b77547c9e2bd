"""Settings of the drill `slow-clients`: the product, perhaps less patient, perhaps with a fault."""

import os

from infra.drills.inside import planting
from infra.settings import *

TROOVON_PLANT = planting.faults_to_build_in(TROOVON_ENV)
INSTALLED_APPS = [*INSTALLED_APPS, "infra.drills.inside.slow_clients.apps.SlowClientsConfig"]
STORAGES = {  # nothing was collected for a house that lives for minutes
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A short run has no time to see twenty seconds pass.
HEADER_SECONDS = int(os.environ.get("TROOVON_DRILL_SECONDS", HEADER_SECONDS))
BODY_SECONDS = int(os.environ.get("TROOVON_DRILL_SECONDS", BODY_SECONDS))
# A port of this machine in place of all third-party servers; it never responds.
TROOVON_HANGS_AT = int(os.environ.get("TROOVON_DRILL_HANGS_AT", "0"))
