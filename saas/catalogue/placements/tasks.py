"""Jobs after a commit: mails to merchants about take-downs and departures."""

from celery import shared_task
from django.utils import timezone

from saas.catalogue.placements import notifications
from saas.catalogue.placements.queries import closures, refusals, reports, reviews, weekly
from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def mail_answer(answer_id: int) -> None:
    """Mail a merchant that their page or ad was taken down or restored, with the reason."""
    pending_mail.send_once(reports.answers_to_mail(), answer_id, notifications.mail_answer)


@shared_task(base=PublicTask)
def mail_departure(departure_id: int) -> None:
    """Mail a merchant the reason why a campaign left a space, and its refund."""
    pending_mail.send_once(
        refusals.departures_to_mail(), departure_id, notifications.mail_departure
    )


@shared_task(base=PublicTask)
def mail_decision(campaign_id: int) -> None:
    """Mail a merchant that an ad of theirs runs, or why it does not."""
    pending_mail.send_once(
        reviews.decisions_to_mail(),
        campaign_id,
        notifications.mail_decision,
        column="decision_mailed_at",
    )


@shared_task(base=PublicTask)
def mail_closure(campaign_id: int) -> None:
    """Mail a merchant that a space was closed in which an ad of theirs has days left."""
    pending_mail.send_once(
        closures.closures_to_mail(timezone.now()),
        campaign_id,
        notifications.mail_closure,
        column="closure_mailed_at",
    )


@shared_task(base=PublicTask)
def mail_week(report_id: int) -> None:
    """Mail a merchant the figures of a week."""
    pending_mail.send_once(weekly.to_mail(), report_id, notifications.mail_week)
