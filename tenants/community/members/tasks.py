"""Tasks after the commit: mails about joining, roles, leaving and returning; pictures."""

import datetime as dt
from functools import partial

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from saas.kernel import mail, pending_mail, private_pictures, schema
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from saas.kernel.tasks import TenantTask, check_time, send
from saas.kernel.uploads import sheets
from tenants.community.members import notifications
from tenants.community.members.models import JoinRequest, Portrait, RosterUpload
from tenants.community.members.queries import claims, council, pending, roster
from tenants.community.members.queries import people as queries
from tenants.community.members.rules.roster import (
    INVITED_FOR,
    MAILED_AT_ONCE,
    MOST_ATTEMPTS,
    NEXT_TRY,
    due_at,
    fields_of,
    headed,
    is_complete,
    recognised,
    take_columns,
)
from tenants.spaces.actions.standing import spend_invitation
from tenants.spaces.models import Change, OwnEmailDomain
from tenants.spaces.queries import email_domains
from tenants.spaces.queries import standing as standings
from tenants.spaces.queries.own import own_space
from tenants.spaces.rules import launches

READS_AGAIN_SECONDS = 5


@shared_task(base=TenantTask)
def mail_confirmation(request_id: int) -> None:
    """Mail a confirmation link, or that the account is closed; nothing to an active member."""
    pending_mail.send_once(pending.requests_to_mail(), request_id, notifications.mail_confirmation)


@shared_task(base=TenantTask)
def read_roster(upload_id: int) -> None:
    """Read a list of staff; each try is counted before it begins, and there are two at most."""
    waiting = RosterUpload.objects.filter(pk=upload_id, state=RosterUpload.State.WAITING)
    upload = waiting.first()
    if upload is None:
        return None
    if upload.attempts < MOST_ATTEMPTS:
        waiting.update(attempts=F("attempts") + 1)
        try:
            return _keep_lines(upload, sheets.read(bytes(upload.content)))
        except UnfitError as unfit:
            return _refuse_list(upload, unfit.reason)
        except (TooHeavyError, SoftTimeLimitExceeded):
            if upload.attempts + 1 < MOST_ATTEMPTS:
                return send(read_roster, upload_id, after_seconds=READS_AGAIN_SECONDS)
    return _refuse_list(upload, "too_heavy")


def _refuse_list(upload: RosterUpload, failure: str) -> None:
    waiting = RosterUpload.objects.filter(pk=upload.pk, state=RosterUpload.State.WAITING)
    waiting.update(state=RosterUpload.State.FAILED, failure=failure, content=b"")


def _keep_lines(upload: RosterUpload, sheet: sheets.Sheet) -> None:
    """Keep the lines of a list; of columns that are known, these alone."""
    upload.heading, upload.rows = headed(sheet.lines)
    upload.stopped_at = sheet.stopped_at
    names_company = upload.company_id is None and len(queries.company_ids()) > 1
    columns = recognised(upload.heading, fields_of(names_company=names_company))
    if is_complete(columns):
        take_columns(upload, columns)
    upload.state, upload.content = RosterUpload.State.READY, b""
    fields = ["heading", "rows", "columns", "stopped_at", "state", "content"]
    with transaction.atomic():
        if roster.to_read(upload.pk) is not None:
            upload.save(update_fields=fields)


@shared_task(base=TenantTask)
def mail_roster() -> None:
    """Mail a batch of due invitations from lists of staff; queue another job for the rest.

    Nothing is mailed before the launch day.
    After a failure the other invitations go first; the failed mail is retried later.
    """
    if launches.still_to_come(own_space().launches_on, today=timezone.localdate()):
        return
    failed, waiting = mail.Failures(), roster.due(timezone.now())
    ids = list(waiting.order_by("asked_at", "pk").values_list("pk", flat=True)[:MAILED_AT_ONCE])
    with mail.connected() as connection:
        invite = partial(notifications.mail_invitation, through=connection)
        for request_id in ids:
            check_time()
            if not _may_leave(waiting, request_id):
                continue
            with failed.one_by_one(connection):
                try:
                    pending_mail.send_once(waiting, request_id, invite)
                except Exception:
                    waiting.filter(pk=request_id).update(asked_at=timezone.now() + NEXT_TRY)
                    raise
    failed.report()
    if len(ids) == MAILED_AT_ONCE:
        send(mail_roster)


def _may_leave(waiting: QuerySet[JoinRequest], request_id: int) -> bool:
    """Count an invitation before sending; delete it on an opt-out, postpone it at the limit.

    The daily limit of a space is counted in public, for all its invitations.
    """
    request, now, here = waiting.filter(pk=request_id).first(), timezone.now(), schema.current()
    if request is None:
        return False
    is_outside = not OwnEmailDomain.objects.filter(domain=request.domain).exists()
    today = timezone.localdate(now)
    with schema.in_public():
        if standings.is_stopped(request.email):
            leaves = None
        else:
            leaves = spend_invitation(
                tenant_schema=here, is_outside=is_outside, today=today, at=now
            )
    if leaves is None:
        waiting.filter(pk=request_id).delete()
    elif not leaves:
        tomorrow = due_at(
            today + dt.timedelta(days=1), at=now, zone=timezone.get_current_timezone()
        )
        moved = {"asked_at": tomorrow, "expires_at": tomorrow + INVITED_FOR}
        waiting.filter(pk=request_id).update(**moved)
    return bool(leaves)


@shared_task(base=TenantTask)
def mail_role(role_id: int) -> None:
    """Mail a member the role that they were given, unless it is gone already."""
    pending_mail.send_once(pending.roles_to_mail(), role_id, notifications.mail_role)


@shared_task(base=TenantTask)
def mail_claim(claim_id: int) -> None:
    """Notify a company's administrators of a claim to work there."""
    pending_mail.send_once(
        claims.claims_to_mail(), claim_id, notifications.notify_claim, column="asked_mailed_at"
    )


@shared_task(base=TenantTask)
def mail_answer(claim_id: int) -> None:
    """Mail a member the answer of a company's administration."""
    pending_mail.send_once(
        claims.answers_to_mail(), claim_id, notifications.mail_answer, column="answer_mailed_at"
    )


@shared_task(base=TenantTask)
def mail_council_change(change_id: int) -> None:
    """Mail a change to the council's members, and to the person."""
    pending_mail.send_once(council.changes_to_mail(), change_id, notifications.mail_council_change)


@shared_task(base=TenantTask)
def mail_domain_change(change_id: int) -> None:
    """Mail a domain's administrators that it was proven or removed."""
    here = schema.current()

    def mail_in_space(change: Change) -> None:
        with schema.inside(here):
            notifications.mail_domain_change(change)

    with schema.in_public():
        pending_mail.send_once(email_domains.changes_to_mail(here), change_id, mail_in_space)


@shared_task(base=TenantTask)
def mail_departure(departure_id: int) -> None:
    """Mail a member that their account was closed or reopened, once."""
    with transaction.atomic():
        departure = queries.departure_to_mail(departure_id)
        if departure is None:
            return
        departure.mailed_at = timezone.now()
        departure.save(update_fields=["mailed_at"])
        notifications.mail_departure(departure)


@shared_task(base=TenantTask)
def prepare_portrait(portrait_id: int) -> None:
    """Re-encode a member's picture."""
    private_pictures.prepare(Portrait, portrait_id)


@shared_task(base=TenantTask)
def delete_files(name: str) -> None:
    """Delete the files of a deleted picture."""
    private_pictures.delete_files(name)


@shared_task(base=TenantTask)
def delete_lost_files() -> None:
    """Delete the files of deleted pictures if their job was lost."""
    private_pictures.delete_lost_files(Portrait)
