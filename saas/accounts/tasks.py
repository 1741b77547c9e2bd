"""What is finished after the commit: the link that was asked for is mailed."""

from celery import shared_task

from saas.accounts import notifications, queries
from saas.kernel.tasks import PublicTask, TenantTask


@shared_task(base=TenantTask)
def mail_link_of_a_space(pass_id: int) -> None:
    """Mail a member the link that they asked for."""
    _mail(pass_id)


@shared_task(base=PublicTask)
def mail_link_of_public(pass_id: int) -> None:
    """Mail a merchant or an operator the link that they asked for."""
    _mail(pass_id)


def _mail(pass_id: int) -> None:
    entry = queries.pass_to_mail(pass_id)
    if entry is not None:
        notifications.tell_link(entry)
