"""Mails to merchants about operators' decisions on their ads and pages."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign, CampaignDeparture, ReportAnswer, slots
from saas.catalogue.placements.models.weekly import WeeklyReport
from saas.catalogue.placements.queries.closures import names_of_closed
from saas.catalogue.placements.queries.weekly import figures_of
from saas.catalogue.placements.rules.weekly import WEEK
from saas.kernel import mail
from tenants.spaces.hosts import public_url


def mail_answer(answer: ReportAnswer) -> None:
    """Mail a merchant that an ad or their page was taken down or restored, with the reason."""
    owner, campaign = answer.merchant.owner, answer.campaign
    path = _path("placements:detail", campaign.reference) if campaign else _path("merchants:shop")
    mail.send(
        to=owner.email,
        template="merchant_taken_down",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "title": campaign.headline if campaign else answer.merchant.name,
            "is_page": campaign is None,
            "is_back": answer.outcome == ReportAnswer.Outcome.RESTORED,
            "words": answer.words,
            "url": public_url(path),
        },
    )


def mail_departure(departure: CampaignDeparture) -> None:
    """Mail a merchant that their campaign left a space: refused by a council, or not visible."""
    campaign = departure.campaign
    owner = campaign.merchant.owner
    mail.send(
        to=owner.email,
        template="merchant_refused",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "title": campaign.headline,
            "space": departure.tenant.name,
            "reason": departure.refusal.reason if departure.refusal else "",
            "dark_since": departure.left_at if departure.slot else None,
            "ends": departure.refusal is None and not departure.slot,
            "slot": departure.slot,
            "slot_name": slots.name_of(departure.slot) if departure.slot else "",
            "url": public_url(_path("placements:detail", campaign.reference)),
        },
    )


def mail_decision(campaign: Campaign) -> None:
    """Mail a merchant that an ad was approved, or the reason of its refusal and the refund."""
    owner = campaign.merchant.owner
    mail.send(
        to=owner.email,
        template="merchant_reviewed",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "kind": "ad",
            "title": campaign.headline,
            "is_approved": campaign.review == Campaign.Review.APPROVED,
            "reason": campaign.review_reason,
            "url": public_url(_path("placements:detail", campaign.reference)),
        },
    )


def mail_closure(campaign: Campaign) -> None:
    """Mail a merchant where a campaign is not shown any more, and how the days come back."""
    owner = campaign.merchant.owner
    mail.send(
        to=owner.email,
        template="merchant_closure",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "title": campaign.headline,
            "spaces": names_of_closed(campaign, at=timezone.now()),
            "is_monthly": campaign.rhythm == Campaign.Rhythm.MONTHLY,
            "url": public_url(_path("placements:detail", campaign.reference)),
        },
    )


def mail_week(report: WeeklyReport) -> None:
    """Mail a merchant the figures of their campaigns in a week."""
    shop, last = report.merchant, report.week + WEEK - dt.timedelta(days=1)
    owner = shop.owner
    with translation.override(owner.language):
        campaigns = [
            {**row._asdict(), "url": public_url(_path("placements:detail", row.reference))}
            for row in figures_of(shop, report.week)
        ]
        method = wording.how_views_count()
    mail.send(
        to=owner.email,
        template="merchant_week",
        language=owner.language,
        context={
            "first_name": owner.first_name,
            "shop": shop.name,
            "first_day": report.week,
            "last_day": last,
            "campaigns": campaigns,
            "method": method,
            "url": public_url(_path("placements:campaigns")),
        },
    )


def _path(name: str, *args: str) -> str:
    return reverse(name, urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=args)
