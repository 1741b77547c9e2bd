"""What is finished after the commit: mails to those who join and to those who got a role."""

from celery import shared_task

from saas.kernel.tasks import TenantTask
from tenants.community.members import notifications, queries


@shared_task(base=TenantTask)
def mail_confirmation(request_id: int) -> None:
    """Mail the link that confirms an address, unless it has an account."""
    request = queries.request_to_mail(request_id)
    if request is not None:
        notifications.tell_confirmation(request)


@shared_task(base=TenantTask)
def mail_role(role_id: int) -> None:
    """Mail a member the role that they were given, unless it is gone already."""
    given = queries.role_to_mail(role_id)
    if given is not None:
        notifications.tell_role(given)
