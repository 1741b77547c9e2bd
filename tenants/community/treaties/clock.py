"""Beat tasks of treaties between spaces."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, TenantTask, send
from tenants.community.treaties import actions, tasks
from tenants.community.treaties.queries import sharing as queries
from tenants.spaces.actions import treaties as spaces
from tenants.spaces.fan_out import fan_out
from tenants.spaces.queries import treaties as spaces_queries

LONGEST_SPREAD_SECONDS = 60


@shared_task(base=PublicTask)
def sync_treaties() -> None:
    """Queue the care of each space that has neighbours and mails about treaties; clear copies."""
    send(tasks.delete_closed_copies)
    at = timezone.now()
    for space, reference in spaces.forget_enquiries(at=at):
        send(tasks.return_question, reference, space=space)
    for reference, listener in spaces_queries.unmailed_treaties(at=at):
        send(tasks.apply_decision, reference, space=listener)
    names = spaces_queries.spaces_with_treaties()
    for number, name in enumerate(names):
        wait = LONGEST_SPREAD_SECONDS * number // len(names)
        send(sync_shared_items, space=name, after_seconds=wait)


@shared_task(base=TenantTask)
def sync_shared_items() -> None:
    """Update the copies shared by this space, and queue again jobs that may have been lost."""
    send(tasks.publish)
    send(tasks.deliver_enquiries)
    for question_id in queries.questions_to_requeue(at=timezone.now()):
        send(tasks.send_question, question_id)


@shared_task(base=PublicTask)
def forget_everywhere() -> None:
    """Queue the deletion of old questions in each space, even without neighbours."""
    fan_out(forget_here)


@shared_task(base=TenantTask)
def forget_here() -> None:
    """Delete a space's old questions."""
    actions.forget_questions(at=timezone.now())


def after_deletion(tenant_id: int, _at: dt.datetime) -> dict[str, int]:
    """Queue, in each partner space of a deleted space, the notice that the treaty has ended."""
    for reference, other in spaces_queries.neighbours_of(tenant_id):
        send(tasks.end_with_space, reference, space=other)
    return {}
