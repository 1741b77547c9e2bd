"""The clock of the console: operators are mailed before the deadline of a queue's row."""

from celery import shared_task
from django.utils import timezone

from saas.console import tasks
from saas.console.queues.reminders import record_reminders, unmailed
from saas.kernel.tasks import PublicTask, send


@shared_task(base=PublicTask)
def remind_operators() -> None:
    """Record due items of the queues, and mail operators the reminders not yet sent."""
    record_reminders(at=timezone.now())
    if unmailed().exists():
        send(tasks.mail_reminders)
