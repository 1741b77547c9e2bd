"""Settings of the drills `chaos` and `deploy`: the product, with an optional fault.

A fault is built in by patches of `infra.drills.inside.availability.faults`: the product has no
switch.
"""

from infra.drills.inside import planting
from infra.settings import *

TROOVON_PLANT = planting.faults_to_build_in(TROOVON_ENV)
# A few clients represent a town: the drills do not test the rate of a single client.
API_READS_A_MINUTE = API_WRITES_A_MINUTE = 1_000_000
INSTALLED_APPS = [*INSTALLED_APPS, "infra.drills.inside.availability.apps.AvailabilityConfig"]
STORAGES = {  # nothing was collected for a house that lives for minutes
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A killed worker's jobs come again while the drill still looks.
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "visibility_timeout": 30}
