"""Tasks after the commit: notices about shared rides."""

from celery import shared_task

from saas.kernel import pending_mail
from saas.kernel.tasks import TenantTask
from tenants.community.rides import notifications
from tenants.community.rides.queries import notices as queries


@shared_task(base=TenantTask)
def mail_notice(notice_id: int) -> None:
    """Send a notice about a ride, unless it is no longer relevant."""
    pending_mail.send_once(queries.notices_to_mail(), notice_id, notifications.send_notice)
