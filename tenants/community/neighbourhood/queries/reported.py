"""Merchants and ads that members report, and the answers of operators."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.placements.models import RunningFlight
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.people.reporting import OwnReport
from tenants.community.neighbourhood.models import MemberReport
from tenants.community.neighbourhood.queries.shops import accepted_shops

MOST_AT_ONCE = 500
MOST_LISTED = 100


class Reportable(NamedTuple):
    """A merchant's page or an ad that a member sees here and may report."""

    reference: str
    title: str
    url: str
    is_ad: bool


def reportable(reference: str) -> Reportable | None:
    """Return the merchant or ad with this reference, if it is visible in this space."""
    flight = RunningFlight.objects.filter(campaign_reference=reference).first()
    if flight is not None:
        url = reverse("neighbourhood:why", args=[flight.reference])
        return Reportable(reference, flight.headline, url, is_ad=True)
    shop = accepted_shops().filter(reference=reference).first()
    if shop is None:
        return None
    url = reverse("neighbourhood:merchant", args=[shop.slug])
    return Reportable(reference, shop.name, url, is_ad=False)


def own_report(reference: str, person: User) -> MemberReport | None:
    """Return a person's report of a merchant or an ad, if any."""
    return MemberReport.objects.filter(subject_reference=reference, person=person).first()


def own_reports(person: User) -> list[OwnReport]:
    """Return a person's reports of merchants and ads, the latest first."""
    return [
        OwnReport(
            title=row.title,
            url=reverse("neighbourhood:report", args=[row.subject_reference]),
            reported_at=row.reported_at,
            state=row.get_outcome_display() or _("À examiner"),
            answered=row.answered_at is not None,
        )
        for row in MemberReport.objects.filter(person=person)[:MOST_LISTED]
    ]


def unanswered_reports() -> list[MemberReport]:
    """Return members' unanswered reports, locked."""
    rows = MemberReport.objects.filter(answered_at=None).order_by("pk")
    return list(rows.select_for_update()[:MOST_AT_ONCE])


def personal_data(person: User) -> list[PersonalTable]:
    """Return a person's reports of merchants and ads."""
    return [
        table(
            "catalogue_reports",
            _("Commerces et annonces signalés"),
            MemberReport.objects.filter(person=person),
            *("subject_reference", "title", "reported_at", "outcome", "answer", "answered_at"),
        )
    ]
