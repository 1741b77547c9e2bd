"""Jobs of the clock: lost mails are queued again, weekly mails sent, old reports forgotten."""

import zoneinfo

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from saas.catalogue.placements import tasks
from saas.catalogue.placements.actions.reports import forget_reports
from saas.catalogue.placements.actions.weekly import forget_weekly, prepare_weekly
from saas.catalogue.placements.queries import weekly
from saas.catalogue.placements.queries.closures import due_closures
from saas.catalogue.placements.queries.refusals import departures_with_lost_mail
from saas.catalogue.placements.queries.reports import answers_with_lost_mail
from saas.catalogue.placements.queries.reviews import decisions_with_lost_mail
from saas.catalogue.placements.rules import weekly as weekly_rules
from saas.kernel.tasks import PublicTask, send


@shared_task(base=PublicTask)
def requeue_mails() -> None:
    """Queue again the mails to merchants if their job may have been lost."""
    for answer_id in answers_with_lost_mail(at=timezone.now()):
        send(tasks.mail_answer, answer_id)
    for departure_id in departures_with_lost_mail(at=timezone.now()):
        send(tasks.mail_departure, departure_id)
    for campaign_id in decisions_with_lost_mail(at=timezone.now()):
        send(tasks.mail_decision, campaign_id)
    for campaign_id in due_closures(timezone.now()):
        send(tasks.mail_closure, campaign_id)


@shared_task(base=PublicTask)
def forget() -> None:
    """Forget reports that were answered long ago, and rows of old weekly mails."""
    forget_reports(at=timezone.now())
    forget_weekly(at=timezone.now())


@shared_task(base=PublicTask)
def send_weekly() -> None:
    """Mail merchants the figures of last week, on Monday morning."""
    at = timezone.now()
    hour = at.astimezone(zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)).hour
    if not weekly_rules.leaves_now(at, hour=hour):
        return
    prepare_weekly(at=at)
    for report_id in weekly.due(weekly_rules.week_before(at)):
        send(tasks.mail_week, report_id)
