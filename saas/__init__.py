"""The Django project, and all that every space shares."""

import gc

# Objects loaded at start-up stay for good: searching them for garbage took a sixth of each start.
# Set here because every process loads this module first; saas.commands, the last app, ends it.
gc.set_threshold(1_000_000)

from saas.celery import app as celery_app  # noqa: E402 - what is imported is what is loaded

__all__ = ["celery_app"]
