"""Settings of a drill's processes: the product as it is, a wider pool, and a fault where asked.

A fault is built in by patches of `saas.commands.drill.faults`, never by a switch of the product.
"""

from saas.commands import planting
from saas.settings import *  # noqa: F403 - the product as it is

TROOVON_PLANT = planting.asked_for(TROOVON_ENV)  # noqa: F405
INSTALLED_APPS = [*INSTALLED_APPS, "saas.commands.drill.apps.DrillConfig"]  # noqa: F405
CELERY_IMPORTS = ["saas.commands.drill.jobs"]
if TROOVON_ENV in {"bench", "test"}:  # noqa: F405 - nobody has collected static files there
    STORAGES["staticfiles"] = {  # noqa: F405
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
_pool = DATABASES["default"]["OPTIONS"].get("pool")  # noqa: F405
if _pool:
    # Fewer than the drill's threads, so that connections change hands all the time.
    _pool.update(max_size=6, timeout=60)
