"""News of this room: what operators answered to a member's report."""

import datetime as dt

from django.urls import reverse

from saas.kernel.notifying import Event, Kind, notify
from tenants.community.neighbourhood import wording
from tenants.community.neighbourhood.models import MemberReport


def notify_answer(mine: MemberReport, *, at: dt.datetime) -> None:
    """Tell who reported a merchant or an ad what came of it."""
    event = Event(
        key=f"catalogue-report:{mine.report_reference}",
        kind=Kind.DECISIONS,
        path=reverse("neighbourhood:report", args=[mine.subject_reference]),
        words=lambda: wording.answered(mine),
        about=f"catalogue-report:{mine.report_reference}",
    )
    notify(event, to=[mine.person_id], at=at)
