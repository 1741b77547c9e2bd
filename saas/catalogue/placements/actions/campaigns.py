"""Actions on campaigns: drawn up, held, paid for, repeated, withdrawn, stopped."""

import datetime as dt
import zoneinfo
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from saas.accounts.models import User
from saas.catalogue.merchants.actions.pictures import send_picture
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import team as merchant_queries
from saas.catalogue.placements.models import Campaign, CampaignDraft, Flight, PriceList
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import places as place_queries
from saas.catalogue.placements.queries import prices as price_queries
from saas.catalogue.placements.queries import refusals as refusal_queries
from saas.catalogue.placements.queries import reviews as review_queries
from saas.catalogue.placements.rules import amounts
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import places as place_rules
from saas.catalogue.placements.rules import price_lists as price_list_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.catalogue.placements.rules import refusals as refusal_rules
from saas.catalogue.placements.rules import reviews as review_rules
from saas.kernel import hooks, revision
from saas.kernel.uploads import files
from tenants.spaces.models import Tenant


@transaction.atomic
def draw_up(
    *,
    creative: campaign_rules.Creative,
    spaces: Collection[str],
    slots: Collection[str],
    period: price_rules.Period,
    instead_of: str,
    by: User,
    at: dt.datetime,
    photo: campaign_rules.Photo = campaign_rules.AS_BEFORE,
    timing: campaign_rules.Timing = campaign_rules.ALL_DAY_ONCE,
    prices: str = "",
) -> Campaign:
    """Keep a campaign at the prices in force, ready to be paid; a draft it replaces is put away.

    `prices` is the version that its merchant looked at. Of a monthly campaign this is the first
    month; each of those that follow is a campaign of its own.
    """
    merchant = campaign_rules.check_shop(merchant_queries.current_of(by).first())
    price_list = price_queries.prices_in_force(at)
    price_list_rules.check_seen(prices, price_list.version)
    _check_not_refused(merchant, spaces, creative)
    quote = _quoted(merchant, spaces, slots, period=period, timing=timing, at=at)
    amounts.check_amount(quote, price_list)
    former = campaign_queries.of_merchant(merchant, instead_of)
    replaced = campaign_queries.draft_to_replace(former)
    place_rules.check_free(quote.lines, place_queries.occupancy_beside(quote, at=at, but=replaced))
    campaign = Campaign(
        merchant=merchant,
        price_list=price_list,
        rhythm=Campaign.Rhythm(timing.rhythm),
        subjects=review_rules.subjects_of(creative, merchant),
        picture=_picture_of(photo, former),
        **_born_at(at),
        **creative._asdict(),
    )
    _save_unless_refused(campaign, photo, at=at)
    Flight.objects.bulk_create(_flight(campaign, line) for line in quote.lines)
    _replace(replaced, by, at)
    return campaign


def _born_at(at: dt.datetime) -> dict[str, dt.datetime]:
    """Return the timestamps of a new campaign: no mail about it is pending yet."""
    return {"made_at": at, "decision_mailed_at": at}


def _save_unless_refused(
    campaign: Campaign, photo: campaign_rules.Photo, *, at: dt.datetime
) -> None:
    """Save a new campaign and its photo; refuse words and a picture that were refused before."""
    words = campaign_rules.Creative(campaign.headline, campaign.text, campaign.offer)
    reason = review_queries.reason_refused_before(campaign.merchant, words, campaign.picture)
    review_rules.check_not_refused_before(reason)
    campaign.full_clean()
    campaign.save()
    _send_picture(campaign, photo, at=at)


def _replace(draft: Campaign | None, by: User, at: dt.datetime) -> None:
    """Mark a draft, if any, as replaced by another; an open payment for it is closed."""
    if draft is not None:
        hooks.campaign_replaced.ask(draft.pk, by, at)
        _put_away(draft, at)


def _check_not_refused(
    merchant: Merchant, spaces: Collection[str], creative: campaign_rules.Creative
) -> None:
    chosen = Tenant.objects.filter(slug__in=list(spaces)).values_list("pk", flat=True)
    refusals = refusal_queries.refusals_for(merchant, list(chosen), creative)
    refusal_rules.check_not_refused(refusal_queries.sentences_of(refusals.values()))


def _in_reach(merchant: Merchant, spaces: Collection[str]) -> list[Tenant]:
    near = {space.tenant.slug: space.tenant for space in campaign_queries.reach_of(merchant).spaces}
    campaign_rules.check_places(spaces, reachable=near)
    return [tenant for slug, tenant in near.items() if slug in spaces]


def _quoted(
    merchant: Merchant,
    spaces: Collection[str],
    slots: Collection[str],
    *,
    period: price_rules.Period,
    timing: campaign_rules.Timing,
    at: dt.datetime,
) -> price_rules.Quote:
    """Return the price of the requested days; for a monthly campaign, of its first month."""
    monthly = timing.rhythm == Campaign.Rhythm.MONTHLY
    tenants = _in_reach(merchant, spaces)
    campaign_rules.check_slots(slots)
    campaign_rules.check_period(period, day=campaign_rules.today(at))
    if monthly:
        campaign_rules.check_first_month(period, day=campaign_rules.today(at))
        period = price_rules.month_from(period.starts_on)
    return price_queries.quote(
        tenants=tenants,
        slots=slots,
        period=period,
        at=at,
        merchant=merchant,
        monthly=monthly,
        day_part=timing.day_part,
    )


@transaction.atomic
def check_out(*, campaign_id: int, at: dt.datetime) -> price_rules.Quote:
    """Return a draft's price. Raises Refused if it can no longer run as drawn up.

    Its places on screens and shelves are reserved during the payment, so that no place is sold
    twice. Called by billing, for the paying merchant.
    """
    Campaign.objects.select_for_update().get(pk=campaign_id)
    campaign = price_queries.for_billing(campaign_id)
    price_list = price_queries.prices_in_force(at)
    campaign_rules.check_payable(
        campaign,
        campaign_queries.period_of(campaign),
        day=campaign_rules.today(at),
        price_list=price_list,
    )
    refusals = refusal_queries.refusals_of(campaign)
    refusal_rules.check_not_refused(refusal_queries.sentences_of(refusals.values()))
    price_queries.check_is_sold(campaign)
    quote = price_queries.quote_of_campaign(campaign, at=at)
    amounts.check_amount(quote, price_list)
    _hold_places(campaign, quote, at=at)
    return quote


def _hold_places(campaign: Campaign, quote: price_rules.Quote, *, at: dt.datetime) -> None:
    lines = place_rules.closable(quote.lines)
    if not lines:
        return
    tenants = [line.tenant_id for line in lines]
    place_queries.hold_places(tenants)
    since = min(line.period.starts_on for line in lines)
    place_rules.check_free(lines, place_queries.occupancy(tenants, since, at=at, but=campaign))
    campaign.held_until = at + place_rules.HELD
    campaign.save(update_fields=["held_until"])


@transaction.atomic(savepoint=False)
def hold_for_bank(*, campaign_id: int, at: dt.datetime) -> None:
    """Reserve a campaign's places while its bank debit is in progress.

    Called by settlement.
    """
    _holding(campaign_id).update(held_until=at + place_rules.HELD_FOR_BANK)


@transaction.atomic(savepoint=False)
def let_go(*, campaign_id: int, at: dt.datetime) -> None:
    """Release a campaign's reserved places after its payment failed.

    Called by settlement.
    """
    _holding(campaign_id).update(held_until=at)


def _holding(campaign_id: int) -> QuerySet[Campaign]:
    return Campaign.objects.filter(pk=campaign_id, held_until__isnull=False)


@transaction.atomic(savepoint=False)
def withdraw_if_sold_out(*, campaign_id: int, paid_at: dt.datetime, at: dt.datetime) -> bool:
    """Withdraw a paid campaign if its places were sold to others; return True if withdrawn.

    The check uses the days after the move for a late payment. Called by settlement.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    wanted = place_queries.places_of(campaign, day=campaign_rules.today(paid_at))
    if campaign.state != Campaign.State.DRAFT or not wanted:
        return False
    tenants = [one.tenant_id for one in wanted]
    place_queries.hold_places(tenants)
    since = min(one.period.starts_on for one in wanted)
    if not place_rules.is_sold_out(
        wanted, place_queries.occupancy(tenants, since, at=at, but=campaign)
    ):
        return False
    campaign.sold_out_at = campaign.withdrawn_at = at
    campaign.save(update_fields=["sold_out_at", "withdrawn_at"])
    return True


@transaction.atomic
def carry_over(*, campaign_id: int, tenant_id: int, closed_at: dt.datetime, at: dt.datetime) -> int:
    """Move a paid campaign in a reopened space by its lost days; return their number.

    Flights that left the space or their slot are not moved: their days have been refunded. Called
    by billing, once the space is open again.
    """
    Campaign.objects.select_for_update().get(pk=campaign_id)
    flights = Flight.objects.filter(
        ~refusal_queries.has_left(), campaign=campaign_id, tenant=tenant_id
    )
    zone = zoneinfo.ZoneInfo(Tenant.objects.values_list("time_zone", flat=True).get(pk=tenant_id))
    closed_on, day = closed_at.astimezone(zone).date(), at.astimezone(zone).date()
    most = 0
    for flight in flights:
        period = price_rules.Period(flight.starts_on, flight.ends_on)
        days = campaign_rules.days_to_carry_over(period, closed_on=closed_on, day=day)
        _move([flight], days=days)
        most = max(most, days)
    return most


def _move(flights: list[Flight], *, days: int) -> None:
    for flight in flights:
        flight.starts_on += dt.timedelta(days=days)
        flight.ends_on += dt.timedelta(days=days)
    Flight.objects.bulk_update(flights, ["starts_on", "ends_on"])


@transaction.atomic
def repeat(*, campaign_id: int, after_id: int, at: dt.datetime) -> Campaign | None:
    """Create the next month of a campaign, in those of its spaces that still take part.

    Prices are those of the campaign, screens are limited to those still lit, and the days follow
    the last month. Returns None if its shop is no longer public or no space is left. Called by
    settlement, once a month is paid.
    """
    former = price_queries.for_billing(campaign_id)
    flights = campaign_queries.flights_that_go_on(former)
    if not flights:
        return None
    campaign = _after(former, former.price_list, at)
    last = former if after_id == campaign_id else price_queries.for_billing(after_id)
    period = campaign_rules.next_month(
        campaign_queries.period_of(last), day=campaign_rules.today(at)
    )
    again = price_queries.flights_as_lit(former, flights)
    Flight.objects.bulk_create(_again(campaign, flight, period) for flight in again)
    return campaign


@transaction.atomic
def price_anew(*, campaign_id: int, at: dt.datetime) -> Campaign:
    """Create a month at today's prices as the model of the next months; it is never paid itself.

    Called by billing, for a merchant that agreed to the prices.
    """
    former = price_queries.for_billing(campaign_id)
    price_list = price_queries.prices_in_force(at)
    quote = price_queries.quote_anew(former, at)
    amounts.check_amount(quote, price_list)
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
        subjects=former.subjects,
        **_born_at(at),
    )
    campaign.full_clean()
    campaign.save()
    return campaign


@transaction.atomic
def withdraw(*, campaign_id: int, at: dt.datetime) -> Campaign:
    """Withdraw a draft: it can no longer be paid. Idempotent.

    Called by billing, for the merchant; billing also closes an open payment.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    campaign_rules.check_may_withdraw(campaign)
    if campaign.withdrawn_at is None:
        campaign.withdrawn_at = at
        campaign.save(update_fields=["withdrawn_at"])
    return campaign


@transaction.atomic
def stop(*, campaign_id: int, at: dt.datetime) -> None:
    """Remove a campaign from every page at once. Idempotent.

    Called by settlement.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.withdrawn_at is not None and campaign.state == Campaign.State.DRAFT:
        return
    campaign_rules.check_may_stop(campaign)
    if campaign.state == Campaign.State.STOPPED:
        return
    campaign.state, campaign.stopped_at = Campaign.State.STOPPED, at
    campaign.save(update_fields=["state", "stopped_at"])
    revision.renew_in(place_queries.spaces_of(campaign=campaign.pk))


def _flight(campaign: Campaign, line: price_rules.Line) -> Flight:
    return Flight(
        campaign=campaign,
        tenant_id=line.tenant_id,
        slot=line.slot,
        starts_on=line.period.starts_on,
        ends_on=line.period.ends_on,
        reach=line.reach,
        screens=line.screens,
        day_part=line.day_part,
        net_cents=line.list_cents,
        closed_days_iso=[day.isoformat() for day in line.closed_days],
    )


def _again(campaign: Campaign, flight: Flight, period: price_rules.Period) -> Flight:
    return Flight(
        campaign=campaign,
        tenant_id=flight.tenant_id,
        slot=flight.slot,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        reach=flight.reach,
        screens=flight.screens,
        day_part=flight.day_part,
        net_cents=flight.net_cents,
    )


def _send_picture(campaign: Campaign, photo: campaign_rules.Photo, *, at: dt.datetime) -> None:
    if photo.new is not None:
        send_picture(
            merchant=campaign.merchant,
            name=campaign.picture,
            content=photo.new,
            campaign=campaign.reference,
            crop=photo.crop,
            at=at,
        )


def _picture_of(photo: campaign_rules.Photo, former: Campaign | None) -> str:
    """Return the name of a campaign's picture: new, kept from the former campaign, or empty."""
    if photo.stored:
        return photo.stored
    if photo.new is not None:
        return files.public_name("placements", "webp")
    return former.picture if former and photo.keeps else ""


@transaction.atomic
def drop_picture(*, name: str, at: dt.datetime) -> int:  # noqa: ARG001 - an action says when
    """Remove a picture that could not be rendered from its ads. Called by the job."""
    CampaignDraft.objects.filter(picture=name).update(picture="")
    return Campaign.objects.filter(picture=name).update(picture="")


def _put_away(draft: Campaign, at: dt.datetime) -> None:
    draft.replaced_at = at
    draft.save(update_fields=["replaced_at"])
