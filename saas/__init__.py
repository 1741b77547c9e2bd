"""The Django project, and all that every space shares."""

import gc

# All that is loaded at the start stays: to look for garbage among it took a sixth of each start.
# Here, because every process loads this first; saas.commands, the last app, ends it.
gc.set_threshold(1_000_000)

from saas.celery import app as celery_app  # noqa: E402 - what is imported is what is loaded

__all__ = ["celery_app"]
