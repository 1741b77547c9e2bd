"""Settings of the drills `permissions` and `leaver`: the product, and a fault where one is asked.

A fault is built in by patches of `saas.commands.doors.faults`, never by a switch of the product.
"""

from saas.commands import planting
from saas.settings import *  # noqa: F403 - the product as it is

TROOVON_PLANT = planting.asked_for(TROOVON_ENV)  # noqa: F405
INSTALLED_APPS = [*INSTALLED_APPS, "saas.commands.doors.apps.DoorsConfig"]  # noqa: F405
STORAGES = {  # nothing was collected for a house that lives for minutes
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
