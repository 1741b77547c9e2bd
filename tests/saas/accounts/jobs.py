"""Jobs, run as a worker would, in the space that queued them."""

from typing import Any

from celery import Task

from saas.kernel.tasks import SCHEMA_HEADER


def run_in(space: str, task: Task[Any, None], *ids: Any) -> None:
    """Run a job in its space; its exceptions are raised here."""
    task.apply(args=ids, headers={SCHEMA_HEADER: space}, throw=True)
