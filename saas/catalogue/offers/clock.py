"""Jobs of the clock: codes that are over are forgotten, lost mails queued again."""

from celery import shared_task
from django.utils import timezone

from saas.catalogue.offers import actions, queries, tasks
from saas.kernel.tasks import PublicTask, send


@shared_task(base=PublicTask)
def forget() -> None:
    """Forget codes of two days ago."""
    actions.forget_vouchers(at=timezone.now())


@shared_task(base=PublicTask)
def requeue_mails() -> None:
    """Queue again the mails about offers if their job may have been lost."""
    for offer_id in queries.decisions_with_lost_mail(at=timezone.now()):
        send(tasks.mail_decision, offer_id)
