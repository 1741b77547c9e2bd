"""Jobs after a commit: a merchant is told of what operators took down."""

from celery import shared_task

from saas.catalogue.placements import notifications
from saas.catalogue.placements.queries import refusals, reports, reviews
from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def mail_answer(answer_id: int) -> None:
    """Mail a merchant what was taken down of theirs, or is shown again, and why."""
    pending_mail.send_once(reports.answers_to_mail(), answer_id, notifications.mail_answer)


@shared_task(base=PublicTask)
def mail_departure(departure_id: int) -> None:
    """Mail a merchant why what ran in a space runs there no longer, and what goes back."""
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
