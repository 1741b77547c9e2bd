"""The mail that proves a mail domain."""

from celery import shared_task

from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask
from tenants.spaces import notifications
from tenants.spaces.queries import email_domains as queries


@shared_task(base=PublicTask)
def mail_domain_link(claim_id: int) -> None:
    """Mail the link that proves a domain into a mailbox of it."""
    pending_mail.send_once(queries.links_to_mail(), claim_id, notifications.mail_domain_link)
