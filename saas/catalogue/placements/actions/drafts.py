"""Actions of the wizard: begun, written step by step, drawn up, dropped."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.actions.pictures import send_picture
from saas.catalogue.merchants.queries import team as merchant_queries
from saas.catalogue.placements.actions import campaigns
from saas.catalogue.placements.models import Campaign, CampaignDraft, PartOfDay, slots
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import drafts as draft_queries
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import drafts as draft_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel.errors import Refused
from saas.kernel.uploads import files


@transaction.atomic
def begin(*, goal: str, by: User, at: dt.datetime) -> CampaignDraft:
    """Begin a draft with what its goal suggests."""
    chosen = draft_rules.check_goal(goal)
    suggested = draft_rules.SUGGESTIONS[chosen]
    return _begun(
        by,
        at,
        goal=chosen,
        rhythm=suggested.rhythm,
        slots=list(suggested.slots),
        day_part=suggested.day_part,
    )


@transaction.atomic
def begin_again(*, campaign: Campaign, by: User, at: dt.datetime) -> CampaignDraft:
    """Copy a campaign into a draft, at the next dates; an unpaid campaign is replaced by it."""
    period = draft_queries.next_period(campaign, campaign_rules.today(at))
    flights = list(campaign.flights.all())
    unpaid = campaign_queries.draft_to_replace(campaign)
    parts = [flight.day_part for flight in flights if slots.is_by_screen(flight.slot)]
    return _begun(
        by,
        at,
        rhythm=campaign.rhythm,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        spaces=sorted({flight.tenant.slug for flight in flights}),
        slots=sorted({flight.slot for flight in flights}),
        day_part=(parts or [PartOfDay.ALL])[0],
        headline=campaign.headline,
        text=campaign.text,
        offer=campaign.offer,
        picture=campaign.picture,
        instead_of=unpaid.reference if unpaid else "",
    )


@transaction.atomic
def begin_more(*, campaign: Campaign, by: User, at: dt.datetime) -> CampaignDraft:
    """Copy a paid campaign's ad into a draft of further slots, for the days that are left.

    Raises Refused after its last day.
    """
    period = draft_queries.days_left(campaign, campaign_rules.today(at))
    if period is None:
        raise Refused(_("Cette campagne n’a plus de jour à venir\u00a0: recommencez-la plutôt."))
    return _begun(
        by,
        at,
        rhythm=campaign.rhythm,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        spaces=sorted({flight.tenant.slug for flight in campaign.flights.all()}),
        headline=campaign.headline,
        text=campaign.text,
        offer=campaign.offer,
        picture=campaign.picture,
    )


def _begun(by: User, at: dt.datetime, **columns: Any) -> CampaignDraft:
    merchant = campaign_rules.check_shop(merchant_queries.current_of(by).first())
    own = CampaignDraft.objects.filter(merchant=merchant, campaign=None)
    oldest = list(own.values_list("pk", flat=True)[draft_rules.MOST_DRAFTS - 1 :])
    CampaignDraft.objects.filter(pk__in=oldest).delete()
    draft = CampaignDraft(merchant=merchant, made_at=at, changed_at=at, **columns)
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def change(
    *,
    draft: CampaignDraft,
    answers: Mapping[str, Any],
    by: User,
    at: dt.datetime,
    photo: campaign_rules.Photo = campaign_rules.AS_BEFORE,
) -> CampaignDraft:
    """Store the answers of a step; a photo is sent at once, to be rendered meanwhile."""
    draft = _held(draft, by)
    for name, value in answers.items():
        setattr(draft, name, value)
    if photo.new is not None:
        draft.picture = files.public_name("placements", "webp")
    elif not photo.keeps:
        draft.picture = ""
    draft.changed_at = at
    draft.full_clean()
    draft.save()
    if photo.new is not None:
        send_picture(
            merchant=draft.merchant,
            name=draft.picture,
            content=photo.new,
            campaign=draft.reference,
            crop=photo.crop,
            at=at,
        )
    return draft


@transaction.atomic
def finish(*, draft: CampaignDraft, by: User, at: dt.datetime, prices: str = "") -> Campaign:
    """Draw up the campaign of a draft; a second call returns the same campaign."""
    draft = _held(draft, by)
    if draft.campaign is not None:
        return draft.campaign
    left = draft_rules.missing(draft)
    if left or draft.starts_on is None or draft.ends_on is None:
        raise Refused(_("Il manque une étape\u00a0: complétez-la, puis continuez."))
    campaign = campaigns.draw_up(
        creative=campaign_rules.Creative(draft.headline, draft.text, draft.offer),
        photo=campaign_rules.Photo(stored=draft.picture, keeps=False),
        spaces=draft.spaces,
        slots=draft.slots,
        period=price_rules.Period(draft.starts_on, draft.ends_on),
        timing=campaign_rules.Timing(draft.rhythm, draft.day_part),
        instead_of=draft.instead_of,
        by=by,
        at=at,
        prices=prices,
    )
    draft.merchant.sent_pictures.filter(campaign=draft.reference).update(
        campaign=campaign.reference
    )
    draft.campaign, draft.changed_at = campaign, at
    draft.save(update_fields=["campaign", "changed_at"])
    return campaign


@transaction.atomic
def drop(*, draft: CampaignDraft, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete a draft that its merchant no longer wants."""
    _held(draft, by).delete()


def _held(draft: CampaignDraft, by: User) -> CampaignDraft:
    """Lock a draft and return it with its merchant. Raises Refused if it is gone or another's."""
    own = CampaignDraft.objects.select_for_update(of=("self",))
    found = own.select_related("merchant", "campaign").filter(pk=draft.pk).first()
    if found is None or not merchant_queries.runs(found.merchant_id, by):
        raise Refused(_("Ce brouillon n’existe plus\u00a0: commencez une autre campagne."))
    return found
