"""Things that a case is about are fetched again."""

from celery import shared_task
from django.utils import timezone

from billing.ledger.settlement import reconcile, statements
from billing.stripe import tasks
from saas.kernel.tasks import PublicTask, send

READS_AGAIN_SECONDS = 5


@shared_task(base=PublicTask)
def refetch_case(case_id: int) -> None:
    """Refetch the object of a case, and compare again."""
    reconcile.refetch_case(case_id, at=timezone.now())
    tasks.follow_up()


@shared_task(base=PublicTask)
def read_statement(statement_id: int) -> None:
    """Read a file of our bank; a file that broke its child is tried once more."""
    if not statements.read_statement(statement_id):
        send(read_statement, statement_id, after_seconds=READS_AGAIN_SECONDS)
