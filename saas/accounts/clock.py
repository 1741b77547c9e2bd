"""What begins by itself: once a day, public forgets what has lapsed."""

from celery import shared_task
from django.utils import timezone

from saas.accounts import actions
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def forget() -> None:
    """Forget lapsed passes and sessions of merchants and operators."""
    actions.forget_lapsed(at=timezone.now())
