"""Beat tasks: public deletes expired rows, and queues lost mails again."""

from celery import shared_task
from django.utils import timezone

from saas.accounts import actions, tasks
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def forget() -> None:
    """Forget lapsed passes and sessions of merchants and operators."""
    actions.forget_lapsed(at=timezone.now())


@shared_task(base=PublicTask)
def requeue_links() -> None:
    """Queue again the sign-in links of merchants and operators if their job may have been lost."""
    tasks.requeue_links(at=timezone.now())
