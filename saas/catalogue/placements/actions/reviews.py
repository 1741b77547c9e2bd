"""Actions on ads that are seen before they run: operators approve or refuse, the day moves."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import tasks
from saas.catalogue.placements.models import AdGate, AdPreview, Campaign, Flight, slots
from saas.catalogue.placements.queries import places as place_queries
from saas.catalogue.placements.queries import reviews as queries
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import places as place_rules
from saas.catalogue.placements.rules import reviews as rules
from saas.catalogue.placements.rules.prices import Period
from saas.kernel import revision
from saas.kernel.tasks import after_commit
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant

Review = Campaign.Review


@transaction.atomic
def approve_ad(*, campaign_id: int, by: User, at: dt.datetime) -> int:
    """Approve an ad; return the number of days that its delayed start moved.

    Called by billing, for an operator; billing updates the days on the invoices.
    """
    campaign = _locked(campaign_id)
    moved = move_unseen(campaign_id=campaign_id, at=at)
    waited = campaign.review == Review.WAITING
    campaign.seen_at, campaign.seen_by = at, by
    if waited:
        campaign.review, campaign.reviewed_at = Review.APPROVED, at
        campaign.decision_mailed_at = None
    campaign.full_clean(exclude=["price_list"])
    campaign.save()
    _count_trust(campaign.merchant, at=at)
    if waited:
        ask_councils(campaign_id=campaign_id, at=at)
        after_commit(tasks.mail_decision, campaign_id)
        revision.renew_in(place_queries.spaces_of(campaign=campaign_id))
    return moved


@transaction.atomic
def refuse_ad(*, campaign_id: int, reason: str, by: User, at: dt.datetime) -> Campaign:
    """Refuse an ad in every space, with a reason; its merchant's later ads are reviewed first.

    Called by billing, for an operator; billing refunds the days that have not run.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)
    campaign.review, campaign.review_reason = Review.REFUSED, rules.check_reason(reason)
    campaign.reviewed_at = campaign.seen_at = at
    campaign.seen_by, campaign.decision_mailed_at = by, None
    campaign.full_clean(exclude=["price_list"])
    campaign.save()
    Merchant.objects.filter(pk=campaign.merchant_id).update(trusted_at=None)
    after_commit(tasks.mail_decision, campaign_id)
    revision.renew_in(place_queries.spaces_of(campaign=campaign_id))
    return campaign


@transaction.atomic(savepoint=False)
def ask_councils(*, campaign_id: int, at: dt.datetime) -> None:
    """Create a preview of an ad for each council that asked to see ads before its space does.

    Called by each action that lets an ad run.
    """
    gates = AdGate.objects.filter(
        tenant__in=Flight.objects.filter(campaign=campaign_id).values("tenant")
    )
    AdPreview.objects.bulk_create(
        [
            AdPreview(
                campaign_id=campaign_id,
                tenant_id=tenant_id,
                company_id=company_id,
                asked_at=at,
                due_at=at + rules.COUNCIL_ANSWERS_WITHIN,
            )
            for tenant_id, company_id in gates.values_list("tenant_id", "company_id")
        ],
        ignore_conflicts=True,
    )


@transaction.atomic(savepoint=False)
def move_unseen(*, campaign_id: int, at: dt.datetime) -> int:
    """Move the flights of an ad with a first day that passed before review; return the days moved.

    A place on screens or a shelf moves to the first free days. Called by the scheduler, and by each
    decision.
    """
    flights = queries.unseen_flights(campaign_id, at)
    if not flights:
        return 0
    day, most = campaign_rules.today(at), 0
    for flight in flights:
        period = Period(flight.starts_on, flight.ends_on)
        least = campaign_rules.days_lost(period, day=day)
        days = _first_free(flight, least, at=at) if flight.slot in slots.limited() else least
        flight.starts_on += dt.timedelta(days=days)
        flight.ends_on += dt.timedelta(days=days)
        most = max(most, days)
    Flight.objects.bulk_update(flights, ["starts_on", "ends_on"])
    return most


def _first_free(flight: Flight, least: int, *, at: dt.datetime) -> int:
    """Return how many days a limited place moves; `least` if no later days are free."""
    place_queries.hold_places([flight.tenant_id])
    taken = place_queries.occupancy(
        [flight.tenant_id], flight.starts_on, at=at, but=flight.campaign
    )
    period = Period(flight.starts_on, flight.ends_on)
    for days in range(least, least + rules.MOVED_AT_MOST_DAYS):
        wanted = place_rules.Booked(
            flight.tenant_id, flight.slot, period.moved(days), flight.day_part
        )
        if not place_rules.is_sold_out([wanted], taken):
            return days
    return least


@transaction.atomic
def set_gate(
    *, is_on: bool, company_id: int | None = None, by: SpaceActor, at: dt.datetime
) -> None:
    """Have a council see ads before its space does, or no longer; then they need not wait for it.

    It is the council of a company, or the space's own.
    """
    tenant = Tenant.objects.get(schema_name=by.schema_name)
    if is_on:
        AdGate.objects.get_or_create(tenant=tenant, company_id=company_id, defaults={"since": at})
        return
    AdGate.objects.filter(queries.of_councils([company_id]), tenant=tenant).delete()
    waiting = AdPreview.objects.filter(
        queries.of_councils([company_id]), tenant=tenant, state=AdPreview.State.WAITING
    )
    waiting.update(state=AdPreview.State.LAPSED, decided_at=at)
    revision.renew_in([by.schema_name])


@transaction.atomic
def answer_preview(
    *,
    reference: str,
    accepts: bool,
    companies: Collection[int | None] = (None,),
    by: SpaceActor,
    at: dt.datetime,
) -> list[int | None]:
    """Record the answer of councils about an ad pending in their own space.

    The councils are those of `companies` (None: the space's own); return those with a pending
    preview. A refusal removes the ad through its own `Refusal` row.
    """
    previews = AdPreview.objects.select_for_update().filter(
        queries.of_councils(companies),
        campaign__reference=reference,
        tenant__schema_name=by.schema_name,
    )
    waiting = rules.check_previews_wait(list(previews.order_by("pk")))
    state = AdPreview.State.ACCEPTED if accepts else AdPreview.State.REFUSED
    ids = [preview.pk for preview in waiting]
    AdPreview.objects.filter(pk__in=ids).update(state=state, decided_at=at)
    revision.renew_in([by.schema_name])
    return [preview.company_id for preview in waiting]


@transaction.atomic
def let_previews_lapse(*, at: dt.datetime) -> int:
    """Let ads run if their council has not answered in time; return their number.

    Called by the scheduler.
    """
    lapsed = queries.previews_that_lapsed(at)
    return lapsed.update(state=AdPreview.State.LAPSED, decided_at=at)


def _locked(campaign_id: int) -> Campaign:
    campaign = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("merchant")
        .get(pk=campaign_id)
    )
    rules.check_may_decide(campaign)
    return campaign


def _count_trust(merchant: Merchant, *, at: dt.datetime) -> None:
    """Trust a merchant from their fifth approved ad on, if no ad was refused."""
    approved, refused = queries.decided_counts(merchant)
    if merchant.trusted_at is None and rules.earns_trust(approved=approved, refused=refused):
        Merchant.objects.filter(pk=merchant.pk, trusted_at=None).update(trusted_at=at)
