"""Mail to operators about new rows and near deadlines."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from saas.console.models import QueueReminder
from saas.console.queries import things as queries
from saas.console.queues import reminders as queue_reminders
from saas.kernel import mail
from tenants.spaces import hosts


def mail_reminders(reminders: list[QueueReminder]) -> None:
    """Mail every operator the rows that are new or due soon, in a single mail."""
    at = timezone.now()
    if not queue_reminders.by_queue(reminders, at=at):
        return
    path = reverse("ops:home", urlconf=settings.OPERATOR_URLCONF)
    for person in queries.operators_to_mail():
        with translation.override(person.language), timezone.override(settings.PAGE_TIME_ZONE):
            due = queue_reminders.by_queue(reminders, at=at)
            mail.send(
                to=person.email,
                template="queues_due",
                language=person.language,
                context={
                    "first_name": person.first_name,
                    "due": due,
                    "count": sum(len(one.rows) for one in due),
                    "base": hosts.operator_url("/").rstrip("/"),
                    "url": hosts.operator_url(path),
                },
            )
