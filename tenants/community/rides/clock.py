"""Beat tasks of shared rides."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.rides import actions
from tenants.spaces.fan_out import fan_out


@shared_task(base=PublicTask)
def sweep_rides_everywhere() -> None:
    """Queue the care of each open space's rides."""
    fan_out(sweep_rides)


@shared_task(base=TenantTask)
def sweep_rides() -> None:
    """Remind the parties of tomorrow's rides, and close rides without a future departure.

    The year of retention of a closed ride begins.
    """
    at = timezone.now()
    actions.remind(at=at)
    actions.close_past(at=at)
