"""Settings of the drills `permissions` and `leaver`: the product, and a fault where one is asked.

A fault is built in by patches of `infra.drills.inside.doors.faults`: the product has no switch.
"""

from infra.drills.inside import planting
from infra.settings import *

TROOVON_PLANT = planting.asked_for(TROOVON_ENV)
INSTALLED_APPS = [*INSTALLED_APPS, "infra.drills.inside.doors.apps.DoorsConfig"]
STORAGES = {  # nothing was collected for a house that lives for minutes
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
