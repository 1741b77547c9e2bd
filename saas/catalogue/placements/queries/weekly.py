"""Figures of a week for merchants, and the mails about them that are to be sent."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign, Flight, FlightDay, FlightPlay, Slot
from saas.catalogue.placements.models.weekly import WEEKLY_RETENTION, WeeklyReport
from saas.catalogue.placements.rules import weekly as rules
from saas.kernel.display.writing import num, shown_count

MOST_AT_ONCE = 1_000


class WeekOfCampaign(NamedTuple):
    """A campaign's figures of a week, in words."""

    reference: str
    headline: str
    figures: str
    before: str
    ends: str


class WeekCounts(NamedTuple):
    """Counts of a campaign in a week, by kind; never added together."""

    views: int = 0
    clicks: int = 0
    plays: int = 0


def shops_to_report(week: dt.date) -> QuerySet[Merchant]:
    """Return the shops with a campaign that ran in a week and no mail about it yet."""
    ran = flights_of(week).filter(campaign__merchant=OuterRef("pk"))
    mailed = WeeklyReport.objects.filter(merchant=OuterRef("pk"), week=week)
    return Merchant.objects.filter(Exists(ran), ~Exists(mailed), weekly_stopped_at=None).order_by()


def flights_of(week: dt.date) -> QuerySet[Flight]:
    """Return the flights of campaigns paid for that ran in a week."""
    return Flight.objects.filter(
        campaign__paid_at__isnull=False, starts_on__lt=week + rules.WEEK, ends_on__gte=week
    )


def to_mail() -> QuerySet[WeeklyReport]:
    """Return the weekly mails to be sent; a merchant who stopped them gets no further mail."""
    pending = WeeklyReport.objects.filter(mailed_at=None, merchant__weekly_stopped_at=None)
    return pending.select_related("merchant__owner")


def due(week: dt.date) -> list[int]:
    """Return ids of a week's mails to be sent."""
    return list(to_mail().filter(week=week).values_list("pk", flat=True)[:MOST_AT_ONCE])


def old(*, at: dt.datetime) -> QuerySet[WeeklyReport]:
    """Return the mails past their retention period."""
    return WeeklyReport.objects.filter(week__lt=(at - WEEKLY_RETENTION).date())


def figures_of(merchant: Merchant, week: dt.date) -> list[WeekOfCampaign]:
    """Return the figures of each campaign of a shop in a week, beside the week before."""
    flights = flights_of(week).filter(campaign__merchant=merchant)
    found = list(flights.order_by("starts_on", "pk").select_related("campaign"))
    campaigns = {flight.campaign_id: flight.campaign for flight in found}
    counts, before = _counts(campaigns, week), _counts(campaigns, week - rules.WEEK)
    return [
        _week_of(
            [flight for flight in found if flight.campaign_id == pk],
            counts.get(pk, WeekCounts()),
            before.get(pk),
        )
        for pk in campaigns
    ]


def _counts(campaigns: dict[int, Campaign], week: dt.date) -> dict[int, WeekCounts]:
    """Return the counts of campaigns in a week; campaigns without a count are left out."""
    days = {"day__range": (week, week + rules.WEEK - dt.timedelta(days=1))}
    seen = FlightDay.objects.filter(flight__campaign__in=campaigns, **days).order_by()
    found = {
        row["flight__campaign"]: WeekCounts(row["views"], row["clicks"])
        for row in seen.values("flight__campaign").annotate(
            views=Sum("views"), clicks=Sum("clicks")
        )
    }
    played = FlightPlay.objects.filter(flight__campaign__in=campaigns, **days).order_by()
    for row in played.values("flight__campaign").annotate(plays=Sum("plays")):
        known = found.get(row["flight__campaign"], WeekCounts())
        found[row["flight__campaign"]] = known._replace(plays=row["plays"])
    return found


def _week_of(
    flights: list[Flight], counts: WeekCounts, before: WeekCounts | None
) -> WeekOfCampaign:
    campaign, slots = flights[0].campaign, {flight.slot for flight in flights}
    earlier = _in_words(before, slots) if before else ""
    return WeekOfCampaign(
        reference=campaign.reference,
        headline=campaign.headline,
        figures=_in_words(counts, slots),
        before=_("la semaine d’avant\u00a0: %(figures)s") % {"figures": earlier} if earlier else "",
        ends=wording.week_ends(campaign, max(flight.ends_on for flight in flights)),
    )


def _in_words(counts: WeekCounts, slots: set[str]) -> str:
    """Return the counts of the kinds that the slots of a campaign have."""
    words = []
    if slots - {Slot.KIOSK}:
        words += [
            _("vues\u00a0: %(count)s") % {"count": shown_count(counts.views)},
            _("clics\u00a0: %(count)s") % {"count": shown_count(counts.clicks)},
        ]
    if Slot.KIOSK in slots:
        words.append(_("passages\u00a0: %(count)s") % {"count": num(counts.plays)})
    return " · ".join(words)
