"""Notifications of this room: operators' answers to a member's report."""

import datetime as dt

from django.urls import reverse

from saas.kernel.notifying import Event, Kind, notify
from tenants.community.neighbourhood import wording
from tenants.community.neighbourhood.models import MemberReport


def notify_answer(own_report: MemberReport, *, at: dt.datetime) -> None:
    """Notify the author of a report about a merchant or an ad of the answer."""
    event = Event(
        key=f"catalogue-report:{own_report.report_reference}",
        kind=Kind.DECISIONS,
        path=reverse("neighbourhood:report", args=[own_report.subject_reference]),
        words=lambda: wording.answered(own_report),
        about=f"catalogue-report:{own_report.report_reference}",
    )
    notify(event, to=[own_report.person_id], at=at)
