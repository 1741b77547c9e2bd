"""Refusals of a space's council, and how paid campaigns leave a space or its dark screens."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import tasks
from saas.catalogue.placements.models import Campaign, CampaignDeparture, Refusal
from saas.catalogue.placements.queries import refusals as queries
from saas.catalogue.placements.rules import refusals as rules
from saas.kernel import revision
from saas.kernel.tasks import after_commit
from tenants.spaces import hosts
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant


class Target(NamedTuple):
    """The one thing that is refused: a merchant by reference, a category, or an ad by reference."""

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
    """Refuse a merchant, a category or an ad for one council of a space.

    The people for whom the council speaks see it no more. Once all `councils` of the space, named
    by their companies, refuse it, it is neither shown nor sold there, and what is paid leaves by a
    job, with its money.
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
    """Count again which refusals hold for a whole space. Nobody does this: its councils changed."""
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
    """End a refusal of one's own council, of those of `companies`; what left stays out."""
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
    """Take a paid campaign out of the spaces that refuse it; return those that it left now.

    Nobody does this: settlement does, which gives back what has not run there.
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
    """Take a paid campaign out of the spaces that end before it does; return those it left now.

    Nobody does this: settlement does, which gives back what has not run there.
    """
    Campaign.objects.select_for_update().get(pk=campaign_id)
    campaign = queries.campaign_to_leave(campaign_id)
    if campaign.state != Campaign.State.PAID:
        return set()
    ending = queries.ending_spaces(campaign, at)
    for tenant_id in ending:
        departure = CampaignDeparture.objects.create(
            campaign=campaign, tenant_id=tenant_id, left_at=at, mailed_at=None
        )
        after_commit(tasks.mail_departure, departure.pk)
    return ending


@transaction.atomic(savepoint=False)
def leave_unseen_slots(*, campaign_id: int, at: dt.datetime) -> set[int]:
    """Take a paid campaign off dark screens and bare shelves; return their spaces.

    It is out since the last sign of a screen, or since the last medium went. Nobody does this:
    settlement does, which gives back what has not run there.
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


def _renew(tenant: Tenant) -> None:
    """Have screens and what processes remember of the space read anew."""
    revision.renew_in([tenant.schema_name])
    hosts.forget()
