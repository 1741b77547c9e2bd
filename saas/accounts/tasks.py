"""Tasks after the commit: links that were asked for are mailed, and notices of changed ways in."""

import datetime as dt

from celery import shared_task
from django.db import transaction

from saas.accounts import notifications, queries
from saas.accounts.models import User
from saas.accounts.notices import notifications as notice_mails
from saas.accounts.notices import queries as notice_queries
from saas.kernel import cache, pending_mail, schema
from saas.kernel.tasks import PublicTask, TenantTask, send


@shared_task(base=TenantTask)
def mail_link_of_a_space(pass_id: int) -> None:
    """Mail a member the link that they asked for."""
    _mail(pass_id)


@shared_task(base=PublicTask)
def mail_link_of_public(pass_id: int) -> None:
    """Mail a merchant or an operator the link that they asked for."""
    _mail(pass_id)


@shared_task(base=TenantTask)
def mail_notices_of_a_space(user_id: int) -> None:
    """Mail a member the changes of their ways in."""
    _mail_notices(user_id)


@shared_task(base=PublicTask)
def mail_notices_of_public(user_id: int) -> None:
    """Mail a merchant or an operator the changes of their ways in."""
    _mail_notices(user_id)


def _mail(pass_id: int) -> None:
    pending_mail.send_once(queries.passes_to_mail(), pass_id, notifications.mail_link)


def requeue_links(*, at: dt.datetime) -> None:
    """Queue the links and notices of this schema if their job may have been lost."""
    in_public = schema.current() == schema.PUBLIC
    for pass_id in queries.unmailed(at=at):
        send(mail_link_of_public if in_public else mail_link_of_a_space, pass_id)
    task = mail_notices_of_public if in_public else mail_notices_of_a_space
    for user_id in notice_queries.people_to_mail():
        send(task, user_id)


def _mail_notices(user_id: int) -> None:
    """Mail a person's pending notices, each at least once; a concurrent job does nothing."""
    claim = f"notices:{user_id}"
    if not cache.claimed(claim, seconds=pending_mail.CLAIMED_SECONDS):
        return
    try:
        person = User.objects.filter(pk=user_id, notices__isnull=False).first()
        while person is not None and person.notices:
            notice_mails.mail_notice(person, person.notices[0])
            person = _without(user_id, person.notices[0])
    finally:
        cache.forget(claim)


@transaction.atomic
def _without(user_id: int, mailed: object) -> User:
    """Take a notice that was mailed off the list of its person."""
    person = User.objects.select_for_update().get(pk=user_id)
    left = list(person.notices or [])
    if mailed in left:
        left.remove(mailed)
    person.notices = left or None
    person.save(update_fields=["notices"])
    return person
