"""Beat tasks of moderation."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.moderation import actions
from tenants.spaces.fan_out import fan_out


@shared_task(base=PublicTask)
def forget_everywhere() -> None:
    """Ask each open space to forget its old cases."""
    fan_out(forget)


@shared_task(base=TenantTask)
def forget() -> None:
    """Delete a space's cases past their retention period."""
    actions.forget(at=timezone.now())
