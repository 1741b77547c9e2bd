"""The Django project, and all that every space shares."""

import gc

# All that is loaded at the start stays: to look for garbage among it after every two thousand new
# objects took a tenth of each start. Here, because every process loads this first.
gc.set_threshold(20_000, 20, 50)

from saas.celery import app as celery_app  # noqa: E402 - what is imported is what is loaded

__all__ = ["celery_app"]
