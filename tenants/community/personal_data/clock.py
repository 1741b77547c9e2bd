"""Beat tasks of this room: lost jobs, due erasures, and data past its retention period."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.personal_data import actions, queries, tasks
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 50


@shared_task(base=PublicTask)
def sweep_everywhere() -> None:
    """Queue, in each open space, the retry of lost copies and the deletion of old copies."""
    fan_out(sweep)


@shared_task(base=TenantTask)
def sweep() -> None:
    """Queue lost jobs of a space again, carry out due erasures, delete old copies."""
    at = timezone.now()
    for export in queries.exports_to_requeue(at=at)[:MOST_AT_ONCE]:
        send(tasks.prepare, export.pk)
    for erasure in queries.unmailed_erasures(at=at)[:MOST_AT_ONCE]:
        send(tasks.mail_erasure, erasure.pk)
    for erasure in queries.due_erasures(at=at)[:MOST_AT_ONCE]:
        actions.carry_out(erasure_id=erasure.pk, at=at)
    actions.forget_old(at=at)


@shared_task(base=PublicTask)
def forget_everywhere() -> None:
    """Queue, in each open space, the deletion of data past its retention period."""
    fan_out(forget)


@shared_task(base=TenantTask)
def forget() -> None:
    """Delete a space's rows, leavers and orphaned copy files past their retention period."""
    at = timezone.now()
    actions.sweep(at=at)
    actions.erase_leavers(at=at)
    actions.delete_lost_files(at=at)
