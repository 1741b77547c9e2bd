"""What begins by itself: old sign-ups are forgotten, lost letters queued again."""

from celery import shared_task
from django.utils import timezone

from saas.catalogue.merchants import actions, queries, tasks
from saas.kernel.tasks import PublicTask, send


@shared_task(base=PublicTask)
def forget_old_signups() -> None:
    """Delete what nobody confirmed in time."""
    actions.forget_old_signups(at=timezone.now())


@shared_task(base=PublicTask)
def tell_again() -> None:
    """Queue again the letters to new merchants whose job may have been lost."""
    for signup_id in queries.untold(at=timezone.now()):
        send(tasks.mail_confirmation, signup_id)
