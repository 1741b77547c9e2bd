"""Tasks after the commit: the link that was asked for is mailed."""

import datetime as dt

from celery import shared_task

from saas.accounts import notifications, queries
from saas.kernel import pending_mail, schema
from saas.kernel.tasks import PublicTask, TenantTask, send


@shared_task(base=TenantTask)
def mail_link_of_a_space(pass_id: int) -> None:
    """Mail a member the link that they asked for."""
    _mail(pass_id)


@shared_task(base=PublicTask)
def mail_link_of_public(pass_id: int) -> None:
    """Mail a merchant or an operator the link that they asked for."""
    _mail(pass_id)


def _mail(pass_id: int) -> None:
    pending_mail.send_once(queries.passes_to_mail(), pass_id, notifications.mail_link)


def requeue_links(*, at: dt.datetime) -> None:
    """Queue the links of here whose job may have been lost."""
    in_public = schema.current() == schema.PUBLIC
    for pass_id in queries.unmailed(at=at):
        send(mail_link_of_public if in_public else mail_link_of_a_space, pass_id)
