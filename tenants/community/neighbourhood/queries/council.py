"""What placements bring the councils of this space."""

import datetime as dt

from django.db.models import Count, Q, Sum
from django.utils import timezone

from billing.models import OwnLine
from saas.kernel.hooks import CouncilBrief
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.models import CouncilMonth


def brought_in(month: dt.date) -> dict[str, int]:
    """Return what each campaign brought the councils of this space in a month, in cents."""
    rows = CouncilMonth.objects.filter(month=month)
    return dict(rows.values_list("campaign_reference", "brought_cents"))


def council_brief(at: dt.datetime) -> CouncilBrief:
    """Return what placements brought in the month, and in the twelve that end with it."""
    month = rules.first_of(timezone.localdate(at))
    months = rules.months_until(month)
    rows = CouncilMonth.objects.filter(month__range=(months[0], month)).values("month")
    totals = {
        row["month"]: row
        for row in rows.annotate(
            cents=Sum("brought_cents"),
            payers=Count("merchant_name", filter=Q(brought_cents__gt=0), distinct=True),
        )
    }
    nothing = {"cents": 0, "payers": 0}
    this = totals.get(month, nothing)
    return CouncilBrief(
        month=month,
        brought_cents=this["cents"],
        merchants=this["payers"],
        twelve_months_cents=[totals.get(each, nothing)["cents"] for each in months],
    )


def lines_of(month: dt.date) -> list[OwnLine]:
    """Return what the ledger says that campaigns brought in a month."""
    return list(OwnLine.objects.filter(month=month))
