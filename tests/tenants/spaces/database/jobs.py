"""Jobs that a real worker runs for the tests of the backend."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import PublicTask, TenantTask
from tenants.spaces.models import Tenant


def _note(address: str) -> None:
    User.objects.create(
        email=address, first_name=schema.current(), last_name="Job", created_at=timezone.now()
    )


@shared_task(base=TenantTask)
def leave_row(number: int) -> None:
    """Leave a row in the space that queued the job, saying where the job thought it was."""
    _note(f"note{number}@job.example")


@shared_task(base=TenantTask)
def fail(number: int) -> None:
    """Leave nothing: the job fails inside its transaction."""
    with transaction.atomic():
        _note(f"fail{number}@job.example")
        raise RuntimeError("on purpose")


@shared_task(base=TenantTask, bind=True, max_retries=1, default_retry_delay=0)
def retry(self: TenantTask, number: int) -> None:
    """Leave a row at the second try."""
    if self.request.retries == 0:
        raise self.retry()
    _note(f"retry{number}@job.example")


@shared_task(base=PublicTask)
def note_in_public(number: int) -> None:
    """Leave a row in public, whichever space the worker served before."""
    assert Tenant.objects.count()
    _note(f"public{number}@job.example")
