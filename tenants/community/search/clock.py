"""Beat tasks of kept searches."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.search import actions, queries, rules
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 2000


@shared_task(base=PublicTask)
def repeat_searches_everywhere() -> None:
    """Queue the care of each open space's kept searches."""
    fan_out(repeat_searches)


@shared_task(base=TenantTask)
def repeat_searches() -> None:
    """Repeat saved searches, and notify the owners due for news."""
    at = timezone.now()
    for search in queries.to_repeat(at=at)[:MOST_AT_ONCE]:
        filters = rules.filters_at(search.address)
        actions.repeat(search_id=search.pk, filters=filters, at=at)
    for search in queries.to_notify(at=at)[:MOST_AT_ONCE]:
        actions.notify_owner(search_id=search.pk, at=at)
    actions.forget_old_hits(at=at)
