"""Jobs of the console: mails to operators about queues."""

from celery import shared_task

from saas.console import notifications
from saas.console.queues.reminders import unmailed
from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def mail_reminders() -> None:
    """Mail operators the rows of queues that are due soon."""
    pending_mail.send_together(unmailed(), "operators", notifications.mail_reminders)
