"""What happens to foundings at certain times."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask
from tenants.spaces import actions


@shared_task(base=PublicTask)
def queue_stuck_foundings() -> None:
    """Queue again the spaces that nobody builds any more."""
    actions.queue_stuck(at=timezone.now())


@shared_task(base=PublicTask)
def forget_unfinished_foundings() -> None:
    """Delete the foundings that nobody went on with."""
    actions.forget_unfinished(at=timezone.now())
