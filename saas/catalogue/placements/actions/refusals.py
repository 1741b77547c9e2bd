"""Refusals of a space's council, and how paid campaigns leave a space or its dark screens."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import tasks
from saas.catalogue.placements.models import Campaign, CampaignDeparture, Flight, Refusal
from saas.catalogue.placements.queries import refusals as queries
from saas.catalogue.placements.rules import refusals as rules
from saas.kernel import revision
from saas.kernel.tasks import after_commit
from tenants.spaces import hosts
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant


class Target(NamedTuple):
    """Subject of a refusal: a merchant by reference, a category, or an ad by reference."""

    merchant: str = ""
    category: str = ""
    campaign: str = ""


@transaction.atomic
def refuse(
    *,
    target: Target,
    reason: str,
    by: SpaceActor,
    at: dt.datetime,
    company_id: int | None = None,
    councils: Collection[int | None] = (None,),
) -> Refusal:
    """Refuse a merchant, a category or an ad for a council of a space.

    The people represented by the council no longer see it. Once all `councils` of the space, named
    by their companies, refuse it, it is neither shown nor sold there; a job removes the paid
    campaigns and refunds them.
    """
    refusal = Refusal(
        company_id=company_id,
        for_all=False,
        tenant=Tenant.objects.get(schema_name=by.schema_name),
        merchant=Merchant.objects.filter(reference=target.merchant).first(),
        category=target.category,
        campaign=Campaign.objects.filter(reference=target.campaign).first(),
        reason=reason.strip(),
        since=at,
    )
    rules.check_refusal(
        names_one=sum(map(bool, (refusal.merchant, refusal.category, refusal.campaign))) == 1,
        reason=refusal.reason,
    )
    refusal.full_clean()
    refusal.save()
    _weigh(refusal, councils)
    refusal.refresh_from_db(fields=["for_all"])
    _renew(refusal.tenant)
    return refusal


def _weigh(refusal: Refusal, councils: Collection[int | None]) -> None:
    """Let a refusal hold for the whole space if each of its councils refuses the same."""
    same = queries.same_refusals(refusal)
    for_all = {one.company_id for one in same} >= set(councils)
    Refusal.objects.filter(pk__in=[one.pk for one in same]).update(for_all=for_all)


@transaction.atomic
def weigh_refusals(*, tenant: Tenant, councils: Collection[int | None], at: dt.datetime) -> None:  # noqa: ARG001 - the form of actions
    """Update which refusals apply to a whole space. Called after its councils changed."""
    for refusal in queries.refusals_in_force(tenant.pk):
        _weigh(refusal, councils)
    _renew(tenant)


@transaction.atomic
def take_refusal_back(
    *,
    reference: str,
    by: SpaceActor,
    at: dt.datetime,
    companies: Collection[int | None] = (None,),
) -> Refusal:
    """End a refusal by a council of `companies`; campaigns that left stay out."""
    refusal = rules.check_refusal_holds(
        queries.refusal_for_change(reference, schema_name=by.schema_name)
    )
    rules.check_is_own(refusal.company_id in companies)
    same = queries.same_refusals(refusal)
    Refusal.objects.filter(pk__in=[one.pk for one in same]).update(for_all=False)
    refusal.until = at
    refusal.save(update_fields=["until"])
    _renew(refusal.tenant)
    return refusal


@transaction.atomic(savepoint=False)
def leave_refusing_spaces(*, campaign_id: int, at: dt.datetime) -> set[int]:
    """Remove a paid campaign from the spaces that refuse it; return the spaces it left now.

    Called by settlement, which refunds the days that have not run there.
    """
    Campaign.objects.select_for_update().get(pk=campaign_id)
    campaign = queries.campaign_to_leave(campaign_id)
    if campaign.state != Campaign.State.PAID:
        return set()
    refusals = queries.spaces_to_leave(campaign)
    for tenant_id, refusal in refusals.items():
        departure = CampaignDeparture.objects.create(
            campaign=campaign, tenant_id=tenant_id, refusal=refusal, left_at=at, mailed_at=None
        )
        after_commit(tasks.mail_departure, departure.pk)
    return set(refusals)


@transaction.atomic(savepoint=False)
def leave_ending_spaces(*, campaign_id: int, at: dt.datetime) -> set[int]:
    """Remove a paid campaign from spaces that end before it does; return the spaces it left now.

    A space that was closed when the campaign was paid is left as well. Called by settlement, which
    refunds the days that have not run there.
    """
    Campaign.objects.select_for_update().get(pk=campaign_id)
    campaign = queries.campaign_to_leave(campaign_id)
    if campaign.state != Campaign.State.PAID:
        return set()
    ending = queries.ending_spaces(campaign, at) | queries.spaces_closed_when_paid(campaign, at)
    for tenant_id in ending:
        departure = CampaignDeparture.objects.create(
            campaign=campaign, tenant_id=tenant_id, left_at=at, mailed_at=None
        )
        after_commit(tasks.mail_departure, departure.pk)
    return ending


@transaction.atomic(savepoint=False)
def leave_unseen_slots(*, campaign_id: int, at: dt.datetime) -> set[int]:
    """Remove a paid campaign from dark screens and empty shelves; return their spaces.

    It has left since the last sign of a screen, or since the last medium was removed. Called by
    settlement, which refunds the days that have not run there.
    """
    Campaign.objects.select_for_update().get(pk=campaign_id)
    campaign = queries.campaign_to_leave(campaign_id)
    if campaign.state != Campaign.State.PAID:
        return set()
    unseen = queries.slots_to_leave(campaign, at)
    for (tenant_id, slot), since in unseen.items():
        departure = CampaignDeparture.objects.create(
            campaign=campaign, tenant_id=tenant_id, slot=slot, left_at=since, mailed_at=None
        )
        after_commit(tasks.mail_departure, departure.pk)
    return {tenant_id for tenant_id, _slot in unseen}


@transaction.atomic(savepoint=False)
def stop_slot(*, flight: Flight, at: dt.datetime) -> None:
    """Remove a paid campaign from a single slot of a space, for its merchant.

    Called by billing, which refunds the days that have not run there.
    """
    Campaign.objects.select_for_update().get(pk=flight.campaign_id)
    CampaignDeparture.objects.create(
        campaign_id=flight.campaign_id,
        tenant_id=flight.tenant_id,
        slot=flight.slot,
        is_stopped=True,
        left_at=at,
        mailed_at=at,
    )
    _renew(flight.tenant)


def _renew(tenant: Tenant) -> None:
    """Make the space's screens and the processes' caches reload."""
    revision.renew_in([tenant.schema_name])
    hosts.forget()
