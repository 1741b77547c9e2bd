"""Beat tasks of each space: silent screens are told of, codes and old plays are forgotten."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.kiosk.actions import screens as actions
from tenants.spaces.fan_out import fan_out


@shared_task(base=PublicTask)
def forget_everywhere() -> None:
    """Queue `forget` in every open space."""
    fan_out(forget)


@shared_task(base=TenantTask)
def forget() -> None:
    """Delete expired codes and old plays."""
    actions.forget_old(at=timezone.now())


@shared_task(base=PublicTask)
def call_managers_everywhere() -> None:
    """Queue `call_managers` in every open space."""
    fan_out(call_managers)


@shared_task(base=TenantTask)
def call_managers() -> None:
    """Notify the managers of silent screens."""
    actions.call_managers(at=timezone.now())
