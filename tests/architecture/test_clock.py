"""The schedule contains each job that starts by itself, and each scheduled job exists."""

import importlib

from django.apps import apps
from django.conf import settings

from saas.celery import app
from saas.kernel.tasks import PublicTask

OURS = ("saas.", "tenants.", "billing")


def entries_of_clocks() -> set[str]:
    """Return the public jobs of every clock.py; these fan out the jobs that run in a space."""
    for config in apps.get_app_configs():
        if config.name.startswith(OURS):
            try:
                importlib.import_module(f"{config.name}.clock")
            except ModuleNotFoundError:
                continue
    names: set[str] = {str(name) for name in app.tasks if ".clock." in str(name)}
    return {name for name in names if isinstance(app.tasks[name], PublicTask)}


def scheduled() -> set[str]:
    return {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_every_entry_of_the_schedule_is_a_job_that_exists() -> None:
    assert scheduled() <= entries_of_clocks()


def test_every_job_of_a_clock_is_in_the_schedule() -> None:
    assert entries_of_clocks() <= scheduled()
