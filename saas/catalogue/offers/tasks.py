"""Jobs after a commit: mails to merchants about operators' decisions on an offer."""

from celery import shared_task

from saas.catalogue.offers import notifications, queries
from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def mail_decision(offer_id: int) -> None:
    """Mail a merchant that an offer is shown, or why it is not."""
    pending_mail.send_once(
        queries.decisions_to_mail(),
        offer_id,
        notifications.mail_decision,
        column="decision_mailed_at",
    )
