"""How prices are published, and a campaign drawn up, paid for, repeated, stopped, counted."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction
from PIL.Image import Image

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import queries, rules
from saas.catalogue.placements.models import (
    Campaign,
    Flight,
    FlightDay,
    Price,
    PriceList,
)
from saas.kernel import files, pictures, rows
from tenants.spaces.models import Tenant

# The days of its flights are told back: whoever pays late has them moved.
_PAID = """
    UPDATE placements_campaign campaign SET state = %s, paid_at = %s
    WHERE id = %s AND state = %s
    RETURNING (SELECT min(starts_on) FROM placements_flight WHERE campaign_id = campaign.id),
        (SELECT max(ends_on) FROM placements_flight WHERE campaign_id = campaign.id)
"""


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
    rhythm: str = Campaign.Rhythm.ONCE,
    prices: str = "",
) -> Campaign:
    """Keep a campaign at the prices in force, ready to be paid; a draft it replaces is put away.

    `prices` is the version that its merchant looked at. Of a monthly campaign this is the first
    month; each of those that follow is a campaign of its own.
    """
    merchant = rules.check_shop(Merchant.objects.filter(owner=by).first())
    price_list = queries.prices_in_force(at)
    rules.check_seen(prices, price_list.version)
    quote = _quoted(merchant, spaces, slots, period=period, rhythm=rhythm, at=at)
    rules.check_amount(quote, price_list)
    former = queries.of_merchant(merchant, instead_of)
    campaign = Campaign(
        merchant=merchant,
        price_list=price_list,
        rhythm=Campaign.Rhythm(rhythm),
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


def _in_reach(merchant: Merchant, spaces: Collection[str]) -> list[Tenant]:
    near = {space.tenant.slug: space.tenant for space in queries.reach_of(merchant).spaces}
    rules.check_places(spaces, reachable=near)
    return [tenant for slug, tenant in near.items() if slug in spaces]


def _quoted(
    merchant: Merchant,
    spaces: Collection[str],
    slots: Collection[str],
    *,
    period: rules.Period,
    rhythm: str,
    at: dt.datetime,
) -> rules.Quote:
    """Return what the days cost that may run; of a monthly campaign those of its first month."""
    monthly = rhythm == Campaign.Rhythm.MONTHLY
    tenants = _in_reach(merchant, spaces)
    rules.check_slots(slots)
    rules.check_period(period, day=rules.today(at))
    if monthly:
        rules.check_first_month(period, day=rules.today(at))
        period = rules.month_from(period.starts_on)
    return queries.quote(
        tenants=tenants, slots=slots, period=period, at=at, merchant=merchant, monthly=monthly
    )


@transaction.atomic
def check_out(*, campaign_id: int, at: dt.datetime) -> rules.Quote:
    """Return what a draft costs, provided that it can still run as it was drawn up.

    Nobody does this: billing does, for the merchant who pays.
    """
    Campaign.objects.select_for_update().get(pk=campaign_id)
    campaign = queries.for_billing(campaign_id)
    price_list = queries.prices_in_force(at)
    rules.check_payable(
        campaign,
        queries.period_of(campaign),
        day=rules.today(at),
        price_list=price_list,
    )
    quote = queries.quote_of_campaign(campaign, at=at)
    rules.check_amount(quote, price_list)
    return quote


@transaction.atomic(savepoint=False)
def mark_paid(*, campaign_id: int, at: dt.datetime) -> bool:
    """Let a campaign run: it has been paid for. Doing it again changes nothing.

    One that should have begun meanwhile is moved, so that no day is lost; says whether it was.
    Nobody does this: settlement does.
    """
    told = rows.tuples(_PAID, [Campaign.State.PAID, at, campaign_id, Campaign.State.DRAFT])
    if not told:
        return False
    [(first_day, last_day)] = told
    period = rules.Period(first_day, last_day) if first_day else None
    lost = rules.days_lost(period, day=rules.today(at))
    if lost:
        _move_flights(campaign_id, days=lost)
    return lost > 0


def _move_flights(campaign_id: int, *, days: int) -> None:
    flights = list(Flight.objects.filter(campaign=campaign_id))
    for flight in flights:
        flight.starts_on += dt.timedelta(days=days)
        flight.ends_on += dt.timedelta(days=days)
    Flight.objects.bulk_update(flights, ["starts_on", "ends_on"])


@transaction.atomic
def repeat(*, campaign_id: int, after_id: int, at: dt.datetime) -> Campaign | None:
    """Draw up a month like a campaign, in those of its spaces that still take part.

    It costs there what that campaign did, and its days follow those of the last month. Nothing
    where its shop is no longer public, or no space is left. Nobody does this: settlement does,
    once a month is paid.
    """
    former = queries.for_billing(campaign_id)
    kept = queries.flights_that_go_on(former)
    if not kept:
        return None
    campaign = _after(former, former.price_list, at)
    last = former if after_id == campaign_id else queries.for_billing(after_id)
    period = rules.next_month(queries.period_of(last), day=rules.today(at))
    Flight.objects.bulk_create(_again(campaign, flight, period) for flight in kept)
    return campaign


@transaction.atomic
def price_anew(*, campaign_id: int, at: dt.datetime) -> Campaign:
    """Draw up a month at today's prices, for the next ones to be like it; nobody pays it itself.

    Nobody does this: billing does, for a merchant who agrees to them.
    """
    former = queries.for_billing(campaign_id)
    price_list = queries.prices_in_force(at)
    quote = queries.quote_anew(former, at)
    rules.check_amount(quote, price_list)
    campaign = _after(former, price_list, at)
    Flight.objects.bulk_create(_flight(campaign, line) for line in quote.lines)
    _put_away(campaign, at)
    return campaign


def _after(former: Campaign, price_list: PriceList, at: dt.datetime) -> Campaign:
    campaign = Campaign(
        merchant=former.merchant,
        price_list=price_list,
        rhythm=Campaign.Rhythm.MONTHLY,
        follows=former,
        headline=former.headline,
        text=former.text,
        offer=former.offer,
        picture=former.picture,
        made_at=at,
    )
    campaign.full_clean()
    campaign.save()
    return campaign


@transaction.atomic
def withdraw(*, campaign_id: int, at: dt.datetime) -> Campaign:
    """Withdraw a draft: it can no longer be paid. Doing it again changes nothing.

    Nobody does this: billing does, for the merchant, and closes the payment that may be open.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    rules.check_may_withdraw(campaign)
    if campaign.withdrawn_at is None:
        campaign.withdrawn_at = at
        campaign.save(update_fields=["withdrawn_at"])
    return campaign


@transaction.atomic
def publish_prices(
    *,
    prices: Sequence[rules.NewPrice],
    limits: rules.Limits,
    valid_from: dt.datetime,
    note: str,
    by: User,
    at: dt.datetime,
) -> PriceList:
    """Add a version of the prices that holds from a moment ahead; no earlier one ever changes.

    Nobody does this here: billing does, for an operator.
    """
    rules.check_prices(prices, limits, valid_from=valid_from, at=at)
    newest = PriceList.objects.order_by("-version").first()
    price_list = PriceList(
        version=newest.version + 1 if newest else 1,
        valid_from=valid_from,
        least_net_cents=limits.least_net_cents,
        most_net_cents=limits.most_net_cents,
        note=note,
        made_by=by,
        made_at=at,
    )
    price_list.full_clean()
    price_list.save()
    Price.objects.bulk_create(Price(price_list=price_list, **one._asdict()) for one in prices)
    return price_list


@transaction.atomic
def stop(*, campaign_id: int, at: dt.datetime) -> None:
    """Take a campaign off every page at once. Doing it again changes nothing.

    Nobody does this: settlement does.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.withdrawn_at is not None and campaign.state == Campaign.State.DRAFT:
        return
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
        net_cents=line.list_cents,
    )


def _again(campaign: Campaign, flight: Flight, period: rules.Period) -> Flight:
    return Flight(
        campaign=campaign,
        tenant_id=flight.tenant_id,
        slot=flight.slot,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        head_count=flight.head_count,
        net_cents=flight.net_cents,
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
