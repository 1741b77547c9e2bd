"""Settings of a drill's processes: the product as it is, a wider pool, and a fault where asked.

A fault is built in by patches of `infra.drills.inside.faults`, never by a switch of the product.
"""

import os

from infra.drills.inside import planting
from infra.settings import *
from saas.addresses import cells
from saas.environment import cell_databases, database

TROOVON_PLANT = planting.faults_to_build_in(TROOVON_ENV)
INSTALLED_APPS = [*INSTALLED_APPS, "infra.drills.inside.apps.DrillConfig"]
CELERY_IMPORTS = ["infra.drills.inside.jobs"]
if TROOVON_ENV in {"bench", "test"}:  # static files were not collected there
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if _owner := os.environ.get("DATABASE_OWNER_URL"):  # a drill founds spaces, as any process
    DATABASES["owner"] = database(_owner, process=TROOVON_PROCESS, as_owner=True)
    if _owners := cells(os.environ.get("CELL_OWNERS", ""), "CELL_OWNERS"):
        _owners |= {"home": _owner}
        DATABASES |= cell_databases(_owners, "owner", process=TROOVON_PROCESS, as_owner=True)
_pool = DATABASES["default"]["OPTIONS"].get("pool")
if _pool:
    # Fewer than the drill's threads, so that connections change hands all the time.
    _pool.update(max_size=6, timeout=60)
