"""Beat tasks of each space: delete expired data, and queue lost mails again."""

from celery import shared_task
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts import tasks as links
from saas.accounts.factors import resets
from saas.kernel import private_pictures, schema
from saas.kernel.tasks import PublicTask, TenantTask, check_time, send
from tenants.community.members import tasks
from tenants.community.members.actions import card, departures, lapsing, leaving, reporting
from tenants.community.members.models import Portrait
from tenants.community.members.queries import claims, council, pending, roster
from tenants.spaces.actions import companies
from tenants.spaces.fan_out import fan_out
from tenants.spaces.queries import companies as company_reads
from tenants.spaces.queries import email_domains

MOST_AT_ONCE = 200


@shared_task(base=PublicTask)
def forget() -> None:
    """Ask each space to forget lapsed requests, passes and sessions."""
    fan_out(forget_in_a_space)


@shared_task(base=TenantTask)
def forget_in_a_space() -> None:
    """Delete a space's expired requests, roles and sessions; remove second factors when due."""
    now = timezone.now()
    lapsing.forget_requests(at=now)
    lapsing.end_roles(at=now)
    accounts.forget_lapsed(at=now)
    card.forget_drafts(at=now)
    resets.perform_due_resets(at=now)
    while leaving.close_past_last_day(at=now):
        check_time()


@shared_task(base=PublicTask)
def report_month_everywhere() -> None:
    """Queue the month's report of each space, in the first days of a month."""
    fan_out(report_month)


@shared_task(base=TenantTask)
def report_month() -> None:
    """Notify a space's administrators of the last month's usage."""
    reporting.report_month(at=timezone.now())


@shared_task(base=PublicTask)
def requeue_mails_everywhere() -> None:
    """Queue again, in each space, the mails with a job that may have been lost."""
    fan_out(requeue_mails)


@shared_task(base=PublicTask)
def delete_lost_files_everywhere() -> None:
    """Queue the care of the files of members' pictures."""
    fan_out(tasks.delete_lost_files)


@shared_task(base=TenantTask)
def requeue_mails() -> None:
    """Queue again mails about joining, sign-in, roles, leaving and returning; and pictures."""
    now, here = timezone.now(), schema.current()
    links.requeue_links(at=now)
    pictures = private_pictures.waiting_too_long(Portrait, at=now)[:MOST_AT_ONCE]
    with schema.in_public():
        changes = email_domains.unmailed_changes(here, now)
    for task, waiting in (
        (tasks.mail_confirmation, pending.unmailed_requests(now)),
        (tasks.read_roster, roster.unread(now)),
        (tasks.mail_role, pending.unmailed_roles(now)),
        (tasks.mail_claim, claims.unmailed_claims(now)),
        (tasks.mail_answer, claims.unmailed_answers(now)),
        (tasks.mail_council_change, council.unmailed_changes(now)),
        (tasks.mail_domain_change, changes),
        (tasks.prepare_portrait, [row.pk for row in pictures]),
        (tasks.mail_departure, [row.pk for row in pending.unmailed_departures(now)]),
    ):
        for row_id in waiting:
            send(task, row_id)
    if roster.due(now).exists():  # also in the morning of the day that was chosen for them
        send(tasks.mail_roster)


@shared_task(base=PublicTask)
def end_companies() -> None:
    """Queue the departure of companies past their last day in their park."""
    for company_id, name in company_reads.due_departures(timezone.localdate()):
        send(end_company, company_id, space=name)


@shared_task(base=TenantTask)
def end_company(company_id: int) -> None:
    """Close the accounts of a company's people, then take the company out of its park.

    May run twice: each step finds what is left to do.
    """
    here, now = schema.current(), timezone.now()
    while departures.close_accounts(company_id=company_id, at=now):
        check_time()
    departures.clear_company(company_id=company_id, at=now)
    with schema.in_public():
        companies.finish_leave(schema_name=here, company_id=company_id, at=now)
