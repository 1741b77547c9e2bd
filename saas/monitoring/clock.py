"""The clock's heartbeat: each minute the house is looked at."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask
from saas.monitoring import actions, steps, watching


@shared_task(base=PublicTask)
def watch() -> None:
    """Record the scheduler's heartbeat, report incidents, and queue missed nightly jobs."""
    at = timezone.now()
    actions.record_beat(at=at)
    steps.expect_processes(at=at)
    watching.check_system(at=at)
    watching.make_up_nights(at=at)
