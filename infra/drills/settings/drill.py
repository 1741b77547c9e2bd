"""Settings of a drill's processes: the product as it is, a wider pool, and a fault where asked.

A fault is built in by patches of `infra.drills.inside.faults`, never by a switch of the product.
"""

from infra.drills.inside import planting
from infra.settings import *

TROOVON_PLANT = planting.faults_to_build_in(TROOVON_ENV)
INSTALLED_APPS = [*INSTALLED_APPS, "infra.drills.inside.apps.DrillConfig"]
CELERY_IMPORTS = ["infra.drills.inside.jobs"]
if TROOVON_ENV in {"bench", "test"}:  # nobody has collected static files there
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
_pool = DATABASES["default"]["OPTIONS"].get("pool")
if _pool:
    # Fewer than the drill's threads, so that connections change hands all the time.
    _pool.update(max_size=6, timeout=60)
