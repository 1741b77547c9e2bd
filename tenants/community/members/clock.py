"""What begins by itself: once a day, each space forgets what has lapsed."""

from celery import shared_task
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.members import actions
from tenants.spaces.models import Tenant


@shared_task(base=PublicTask)
def forget() -> None:
    """Ask each space to forget lapsed requests, passes and sessions."""
    for name in Tenant.objects.values_list("schema_name", flat=True):
        send(forget_in_a_space, space=name)


@shared_task(base=TenantTask)
def forget_in_a_space() -> None:
    """Forget lapsed requests, passes and sessions of one space."""
    now = timezone.now()
    actions.forget_requests(at=now)
    accounts.forget_lapsed(at=now)
