"""How a campaign is drawn up, paid for, stopped, and how its counts arrive."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from PIL.Image import Image

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import queries, rules
from saas.catalogue.placements.models import Campaign, Flight, FlightDay
from saas.kernel import files, pictures


@transaction.atomic
def draw_up(
    *,
    creative: rules.Creative,
    picture: Image | None,
    spaces: Collection[str],
    slots: Collection[str],
    period: rules.Period,
    instead_of: str,
    by: User,
    at: dt.datetime,
) -> Campaign:
    """Keep a campaign at the prices in force, ready to be paid; a draft it replaces is put away."""
    merchant = rules.check_shop(Merchant.objects.filter(owner=by).first())
    near = {space.tenant.slug: space.tenant for space in queries.reach_of(merchant).spaces}
    rules.check_places(spaces, reachable=near)
    rules.check_slots(slots)
    rules.check_period(period, day=rules.today(at))
    chosen = [tenant for slug, tenant in near.items() if slug in spaces]
    quote = queries.quote(tenants=chosen, slots=slots, period=period, at=at)
    rules.check_amount(quote)
    former = queries.of_merchant(merchant, instead_of)
    campaign = Campaign(
        merchant=merchant,
        price_list=queries.prices_in_force(at),
        made_at=at,
        picture=_kept(picture) or (former.picture if former else ""),
        **creative._asdict(),
    )
    campaign.full_clean()
    campaign.save()
    Flight.objects.bulk_create(_flight(campaign, line) for line in quote.lines)
    if former is not None:
        _put_away(former, at)
    return campaign


@transaction.atomic
def check_out(*, campaign_id: int, at: dt.datetime) -> rules.Quote:
    """Return what a draft costs, provided that it can still run as it was drawn up.

    Nobody does this: billing does, for the merchant who pays.
    """
    Campaign.objects.select_for_update().get(pk=campaign_id)
    campaign = queries.for_billing(campaign_id)
    rules.check_payable(
        campaign,
        queries.period_of(campaign),
        day=rules.today(at),
        price_list=queries.prices_in_force(at),
    )
    return queries.quote_of(campaign_id)


@transaction.atomic
def mark_paid(*, campaign_id: int, at: dt.datetime) -> None:
    """Let a campaign run: it has been paid for. Doing it again changes nothing.

    Nobody does this: settlement does.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.state != Campaign.State.DRAFT:
        return
    campaign.state, campaign.paid_at = Campaign.State.PAID, at
    campaign.save(update_fields=["state", "paid_at"])


@transaction.atomic
def stop(*, campaign_id: int, at: dt.datetime) -> None:
    """Take a campaign off every page at once. Doing it again changes nothing.

    Nobody does this: settlement does.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    rules.check_may_stop(campaign)
    if campaign.state == Campaign.State.STOPPED:
        return
    campaign.state, campaign.stopped_at = Campaign.State.STOPPED, at
    campaign.save(update_fields=["state", "stopped_at"])


@transaction.atomic
def record_counts(*, tenant_schema: str, totals: Sequence[rules.Total], at: dt.datetime) -> None:
    """Keep what a space counted, as it stands now; what is not of its own flights is left out.

    Nobody does this: the clock of the space does.
    """
    named = {total.flight_reference for total in totals}
    flights = queries.flights_of_space(tenant_schema, named)
    rows = [
        FlightDay(
            flight=flights[total.flight_reference],
            day=total.day,
            views=total.views,
            clicks=total.clicks,
            gathered_at=at,
        )
        for total in totals
        if total.flight_reference in flights
        and rules.is_running(flights[total.flight_reference], total.day)
    ]
    FlightDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["flight", "day"],
        update_fields=["views", "clicks", "gathered_at"],
    )


def _flight(campaign: Campaign, line: rules.Line) -> Flight:
    return Flight(
        campaign=campaign,
        tenant_id=line.tenant_id,
        slot=line.slot,
        starts_on=line.period.starts_on,
        ends_on=line.period.ends_on,
        head_count=line.head_count,
        net_cents=line.net_cents,
    )


def _kept(picture: Image | None) -> str:
    if picture is None:
        return ""
    name = files.public_name("placements", "webp")
    pictures.store(picture, name)
    return name


def _put_away(campaign: Campaign, at: dt.datetime) -> None:
    if campaign.state == Campaign.State.DRAFT:
        campaign.replaced_at = at
        campaign.save(update_fields=["replaced_at"])
