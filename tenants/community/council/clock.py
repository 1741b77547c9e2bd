"""Beat task of each space: the month's report to its councils."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.council import actions
from tenants.spaces.fan_out import fan_out


@shared_task(base=PublicTask)
def report_month_everywhere() -> None:
    """Queue the month's report of each space to its councils, in the first days of a month."""
    fan_out(report_month)


@shared_task(base=TenantTask)
def report_month() -> None:
    """Notify a space's councils of the shares of the last month."""
    actions.report_month(at=timezone.now())
