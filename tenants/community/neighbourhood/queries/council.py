"""Read how much placements bring the council of a member."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    Func,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from billing.councils.queries.own import council_for
from billing.models import OwnLine
from saas.accounts.models import User
from saas.kernel.database.statements import Given, statement
from saas.kernel.hooks import CouncilBrief
from saas.kernel.values.months import first_of, year_until
from tenants.community.neighbourhood.models import CouncilMonth


class Brought(NamedTuple):
    """The cents of a campaign in a month, for a named council or for all of them."""

    cents: int
    council_name: str


NOTHING = Brought(0, "")


def brought_in(month: dt.date, user: User) -> dict[str, Brought]:
    """Return the amount that each campaign brought the member's council in a month, by campaign.

    A member without a council in the space sees the amount for all councils.
    """
    rows = (
        CouncilMonth.objects.filter(month=month)
        .annotate(cents=cents_for(user), council_name=name_of(user))
        .values_list("campaign_reference", "cents", "council_name")
    )
    return {reference: Brought(cents, name or "") for reference, cents, name in rows}


def council_brief(user: User, at: dt.datetime) -> CouncilBrief:
    """Return the amounts from placements for a member's council: this month, and the past year."""
    month = first_of(timezone.localdate(at))
    months = year_until(month)
    totals = {row["month"]: row for row in _totals(viewer=user, first=months[0], last=month)}
    nothing = {"cents": 0, "payers": 0}
    this = totals.get(month, nothing)
    return CouncilBrief(
        month=month,
        council_name=_named_in(totals, user),
        brought_cents=this["cents"],
        merchants=this["payers"],
        twelve_months_cents=[totals.get(each, nothing)["cents"] for each in months],
    )


@statement
def _totals(viewer: Given, first: Given, last: Given) -> QuerySet[Any, Any]:
    rows = CouncilMonth.objects.filter(month__range=(first, last))
    return (
        rows.annotate(own=cents_for(viewer))
        .order_by()
        .values("month")
        .annotate(
            cents=Sum("own"),
            payers=Count("merchant_name", filter=Q(own__gt=0), distinct=True),
            council_name=name_of(viewer),
        )
    )


def cents_for(user: User | Given) -> Case:
    """Return a row's cents for the member's council, or for all councils if they have no council.

    Old rows without parts by council also use the total; `clock.name_councils` rewrites them.
    """
    own = council_for(user)
    part = Func(
        F("by_council"),
        Subquery(own.values("reference")),
        template="(%(expressions)s)",
        arg_joiner=" ->> ",
        output_field=TextField(),
    )
    return Case(
        When(Q(by_council__isnull=True) | ~Exists(own), then=F("brought_cents")),
        default=Coalesce(Cast(part, BigIntegerField()), 0),
        output_field=BigIntegerField(),
    )


def name_of(user: User | Given) -> Subquery:
    """Return the name of the council that speaks for a member, as a piece of a query."""
    return Subquery(council_for(user).values("name"))


def _named_in(totals: Mapping[dt.date, Mapping[str, Any]], user: User) -> str:
    """Return the name of a member's council from any row; without rows, which is rare, query it."""
    for row in totals.values():
        return str(row["council_name"] or "")
    return council_for(user).values_list("name", flat=True).first() or ""


def lines_of(month: dt.date) -> list[OwnLine]:
    """Return the ledger's amounts for each council from campaigns in a month."""
    return list(OwnLine.objects.filter(month=month))


def months_without_council() -> list[dt.date]:
    """Return the months with rows lacking the amounts by council."""
    rows = CouncilMonth.objects.filter(by_council__isnull=True)
    return list(rows.order_by("month").values_list("month", flat=True).distinct())
