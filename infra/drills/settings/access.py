"""Settings of the access drills: the product, with an optional fault.

A fault is built in by patches of `infra.drills.inside.access.faults`: the product has no switch.
"""

import os

from infra.drills.inside import planting
from infra.settings import *

TROOVON_PLANT = planting.faults_to_build_in(TROOVON_ENV)
# The drills test the effect of requests, and not their rate.
API_READS_A_MINUTE = API_WRITES_A_MINUTE = 1_000_000
INSTALLED_APPS = [*INSTALLED_APPS, "infra.drills.inside.access.apps.AccessConfig"]
MIDDLEWARE = [
    "infra.drills.inside.access.meter.WorkMeter",
    # Faults tried in turn can share a web process.
    "infra.drills.inside.access.switch.FaultSwitch",
    *MIDDLEWARE,
]
if os.environ.get("TROOVON_DRILL_HASHES") == "quick":  # a short run counts them only
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {  # nothing was collected for a house that lives for minutes
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
