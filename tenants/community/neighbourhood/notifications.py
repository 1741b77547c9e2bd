"""Notifications of this room: answers to a member's report, new offers of followed shops."""

import datetime as dt

from django.urls import reverse

from saas.kernel.notifying import Event, Kind, notify
from tenants.community.neighbourhood import wording
from tenants.community.neighbourhood.models import MemberReport
from tenants.community.neighbourhood.queries.marks import NewOffer


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


def notify_offer(new: NewOffer, *, at: dt.datetime) -> None:
    """Notify the followers of a shop of an offer that begins."""
    event = Event(
        key=f"shop-offer:{new.offer.reference}",
        kind=Kind.SEARCHES,
        path=reverse("neighbourhood:offer", args=[new.offer.reference]),
        words=lambda: wording.offer_begins(new.offer.title, new.shop),
        about=f"shop-offer:{new.offer.reference}",
    )
    notify(event, to=new.followers, at=at)
