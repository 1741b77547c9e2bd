"""Refunds and disputes are fetched again, and those concerned are notified."""

from celery import shared_task
from django.utils import timezone

from billing.adjustments import notifications
from billing.adjustments.queries.disputes import disputes_to_mail
from billing.adjustments.queries.due import refunds_to_mail
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
    """Remove paid campaigns, with a refund, from the spaces that refuse them."""
    departures.settle_all(at=timezone.now())
    tasks.follow_up()


@shared_task(base=PublicTask)
def mail_dispute(dispute_id: int) -> None:
    """Mail the merchant and the councils the outcome of a dispute."""
    pending_mail.send_once(disputes_to_mail(), dispute_id, _mail_dispute)


def _mail_dispute(dispute: Dispute) -> None:
    notifications.mail_dispute(dispute.pk)


@shared_task(base=PublicTask)
def mail_refund(refund_id: int) -> None:
    """Mail a merchant that a refund did not arrive, or how it was paid after all."""
    pending_mail.send_once(refunds_to_mail(), refund_id, _mail_refund)


def _mail_refund(refund: Refund) -> None:
    notifications.mail_refund(refund.pk)


def adjustments_due() -> list[tasks.FollowUp]:
    """Return the jobs with pending mails about a dispute or a refund."""
    return [
        tasks.FollowUp(mail_dispute, disputes_to_mail),
        tasks.FollowUp(mail_refund, refunds_to_mail),
    ]
