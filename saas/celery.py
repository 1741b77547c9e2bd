"""The Celery app: workers, the founder and the scheduler start from here."""

import json
import logging.config
import os
from typing import Any

from celery import Celery, signals
from celery.apps import worker as celery_worker
from celery.utils.log import get_multiprocessing_logger
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")

app = Celery("troovon", task_cls="saas.kernel.tasks:UnplacedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="clock")


@signals.celeryd_init.connect
@signals.setup_logging.connect
def _log_as_the_settings_say(**_: Any) -> None:
    """Configure logging: Celery's lines, warnings and ours are JSON of the same level."""
    logging.config.dictConfig(settings.LOGGING)
    logging.captureWarnings(capture=True)
    vars(celery_worker)["safe_say"] = _say
    if pool_logger := get_multiprocessing_logger():
        pool_logger.propagate = True  # or the pool's words go around all handlers


def _say(message: str, _file: Any = None) -> None:
    """Write a worker's message from a signal handler, where logging is not allowed."""
    line = {"level": "info", "logger": "celery.apps.worker", "message": message}
    os.write(2, f"{json.dumps(line)}\n".encode())
