"""What begins by itself: once a day, each space forgets what has lapsed."""

from celery import shared_task
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.members import actions
from tenants.spaces.spread import to_every_space


@shared_task(base=PublicTask)
def forget() -> None:
    """Ask each space to forget lapsed requests, passes and sessions."""
    to_every_space(forget_in_a_space)


@shared_task(base=TenantTask)
def forget_in_a_space() -> None:
    """Forget lapsed requests, passes and sessions of one space."""
    now = timezone.now()
    actions.forget_requests(at=now)
    accounts.forget_lapsed(at=now)
