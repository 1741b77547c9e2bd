"""Queries of reports about merchants and their ads, for operators and for spaces' jobs."""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, QuerySet

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, CatalogueReport, ReportAnswer
from saas.catalogue.placements.models.reports import REPORT_RETENTION
from saas.catalogue.placements.rules import campaigns as rules

ON_A_PAGE = 50
MOST_SHOWN = 100


class Thing(NamedTuple):
    """Subject of a report: an ad of a merchant, or without an ad the merchant's own page."""

    merchant: Merchant
    campaign: Campaign | None

    @property
    def reference(self) -> str:
        """Its public reference."""
        return self.campaign.reference if self.campaign else self.merchant.reference

    @property
    def title(self) -> str:
        """Its name on pages."""
        return self.campaign.headline if self.campaign else self.merchant.name


class ReportedThing(NamedTuple):
    """A thing that waits for an answer: how many members reported it, in how many spaces."""

    thing: Thing
    members: int
    spaces: int
    since: dt.datetime


class ReportOutcome(NamedTuple):
    """Operator's answer to a report, as copied to its space."""

    outcome: str
    words: str
    answered_at: dt.datetime


def reports_waiting() -> QuerySet[CatalogueReport]:
    """Return the unanswered reports."""
    return CatalogueReport.objects.filter(answer=None)


def reports_of(thing: Thing) -> list[CatalogueReport]:
    """Return the reports of a thing that wait, the oldest first, with their spaces."""
    rows = _waiting_of(thing).select_related("tenant")
    return list(rows[:MOST_SHOWN])


def reports_to_answer(thing: Thing) -> list[CatalogueReport]:
    """Hold the reports of a thing that wait, so that they are answered once."""
    return list(_waiting_of(thing).select_for_update(of=("self",)).select_related("tenant"))


def _waiting_of(thing: Thing) -> QuerySet[CatalogueReport]:
    return reports_waiting().filter(merchant=thing.merchant, campaign=thing.campaign)


def reported_things(number: str) -> tuple[list[ReportedThing], Page[Any]]:
    """Return a page of the subjects with unanswered reports, the oldest first."""
    rows = (
        reports_waiting()
        .order_by()
        .values("merchant_id", "campaign_id")
        .annotate(
            members=Count("pk"), spaces=Count("tenant", distinct=True), since=Min("reported_at")
        )
        .order_by("since", "merchant_id", "campaign_id")
    )
    shown = Paginator(rows, ON_A_PAGE).get_page(number)
    found = list(shown.object_list)
    merchants = Merchant.objects.in_bulk([row["merchant_id"] for row in found])
    named = [row["campaign_id"] for row in found if row["campaign_id"]]
    campaigns = Campaign.objects.in_bulk(named)
    return [
        ReportedThing(
            Thing(merchants[row["merchant_id"]], campaigns.get(row["campaign_id"])),
            row["members"],
            row["spaces"],
            row["since"],
        )
        for row in found
    ], shown


def thing_of(reference: str) -> Thing | None:
    """Return an ad or a merchant by its public reference."""
    campaign = (
        Campaign.objects.filter(reference=reference).select_related("merchant__owner").first()
    )
    if campaign is not None:
        return Thing(campaign.merchant, campaign)
    merchant = Merchant.objects.filter(reference=reference).select_related("owner").first()
    return Thing(merchant, None) if merchant else None


def answers_of(thing: Thing) -> list[ReportAnswer]:
    """Return operators' answers about a subject, the newest first."""
    rows = ReportAnswer.objects.filter(merchant=thing.merchant, campaign=thing.campaign)
    return list(rows.select_related("answered_by")[:MOST_SHOWN])


def last_answers() -> list[ReportAnswer]:
    """Return the last answers of operators, the newest first."""
    rows = ReportAnswer.objects.select_related("merchant", "campaign", "answered_by")
    return list(rows[:ON_A_PAGE])


def outcomes_of_reports(references: Collection[str]) -> dict[str, ReportOutcome]:
    """Return the answers to the answered reports among these, by reference."""
    rows = CatalogueReport.objects.filter(reference__in=references).exclude(answer=None)
    return {
        row.reference: ReportOutcome(row.answer.outcome, row.answer.words, row.answer.answered_at)
        for row in rows.select_related("answer")
        if row.answer
    }


def campaigns_that_run(merchant: Merchant, at: dt.datetime) -> list[Campaign]:
    """Return the paid campaigns of a merchant that are not over."""
    return list(
        Campaign.objects.filter(
            merchant=merchant,
            state=Campaign.State.PAID,
            flights__ends_on__gte=rules.today(at),
        ).distinct()
    )


def answers_to_mail() -> QuerySet[ReportAnswer]:
    """Return the answers with a mail to the merchant still to be sent."""
    return ReportAnswer.objects.select_related("merchant__owner", "campaign").filter(mailed_at=None)


def answers_with_lost_mail(*, at: dt.datetime) -> list[int]:
    """Return ids of answers with a mail that may have been lost."""
    late = answers_to_mail().filter(answered_at__lt=at - dt.timedelta(minutes=5))
    return list(late.values_list("pk", flat=True)[:ON_A_PAGE])


def old_answers(*, at: dt.datetime) -> QuerySet[ReportAnswer]:
    """Return answers past their retention period."""
    return ReportAnswer.objects.filter(answered_at__lt=at - REPORT_RETENTION)
