"""What begins by itself: old sign-ups are forgotten."""

from celery import shared_task
from django.utils import timezone

from saas.catalogue.merchants import actions
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def forget_old_signups() -> None:
    """Delete what nobody confirmed in time."""
    actions.forget_old_signups(at=timezone.now())
