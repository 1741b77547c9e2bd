"""Beat tasks of this room: lost jobs, erasures that are due, and what is kept no longer."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.personal_data import actions, queries, tasks
from tenants.spaces.fan_out import fan_out

MOST_AT_ONCE = 50


@shared_task(base=PublicTask)
def sweep_everywhere() -> None:
    """Ask each open space for copies whose job was lost, and to forget old ones."""
    fan_out(sweep)


@shared_task(base=TenantTask)
def sweep() -> None:
    """Queue lost jobs of one space again, erase who is due, remove what is kept no longer."""
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
    """Ask each open space to delete what has outlived its period."""
    fan_out(forget)


@shared_task(base=TenantTask)
def forget() -> None:
    """Delete in one space what and who has outlived their period, and files of lost copies."""
    at = timezone.now()
    actions.sweep(at=at)
    actions.erase_leavers(at=at)
    actions.delete_lost_files(at=at)
