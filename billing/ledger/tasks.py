"""Things that a case is about are fetched again."""

from celery import shared_task
from django.utils import timezone

from billing.ledger.settlement import reconcile
from billing.stripe import tasks
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def refetch_case(case_id: int) -> None:
    """Refetch the object of a case, and compare again."""
    reconcile.refetch_case(case_id, at=timezone.now())
    tasks.follow_up()
