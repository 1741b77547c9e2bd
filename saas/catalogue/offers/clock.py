"""Jobs of the clock: codes that are over are forgotten."""

from celery import shared_task
from django.utils import timezone

from saas.catalogue.offers import actions
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def forget() -> None:
    """Forget codes of two days ago."""
    actions.forget_vouchers(at=timezone.now())
