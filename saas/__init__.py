"""The Django project, and all that every space shares."""

from saas.celery import app as celery_app

__all__ = ["celery_app"]
