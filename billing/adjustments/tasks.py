"""Refunds and disputes are fetched again, and whoever is touched is told."""

from celery import shared_task
from django.utils import timezone

from billing.adjustments import notifications
from billing.adjustments.queries.disputes import disputes_to_tell
from billing.adjustments.queries.due import refunds_to_tell
from billing.adjustments.settlement import departures, disputes, refunds
from billing.models import Dispute, Refund
from billing.stripe import tasks
from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def sync_refunds(payment_id: int) -> None:
    """Fetch the refunds of a payment again."""
    refunds.sync(payment_id, at=timezone.now())
    tasks.follow_up()


@shared_task(base=PublicTask)
def sync_dispute(dispute_id: int) -> None:
    """Fetch a dispute again."""
    disputes.sync(dispute_id, at=timezone.now())
    tasks.follow_up()


@shared_task(base=PublicTask)
def settle_refusals() -> None:
    """Let paid campaigns leave the spaces whose council refuses them, with their money."""
    departures.settle_all(at=timezone.now())
    tasks.follow_up()


@shared_task(base=PublicTask)
def tell_of_dispute(dispute_id: int) -> None:
    """Mail the merchant and the councils what became of a dispute."""
    pending_mail.send_once(disputes_to_tell(), dispute_id, _tell_of_dispute)


def _tell_of_dispute(dispute: Dispute) -> None:
    notifications.tell_of_dispute(dispute.pk)


@shared_task(base=PublicTask)
def tell_of_refund(refund_id: int) -> None:
    """Mail a merchant that a refund did not arrive, or how it was paid after all."""
    pending_mail.send_once(refunds_to_tell(), refund_id, _tell_of_refund)


def _tell_of_refund(refund: Refund) -> None:
    notifications.tell_of_refund(refund.pk)


def adjustments_due() -> list[tasks.Letter]:
    """Name the jobs whose rows wait for a letter about a dispute or a refund."""
    return [
        tasks.Letter(tell_of_dispute, disputes_to_tell),
        tasks.Letter(tell_of_refund, refunds_to_tell),
    ]
