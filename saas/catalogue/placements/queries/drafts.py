"""Drafts of the wizard, and what each slot costs and holds before it is chosen."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign, CampaignDraft, Slot, slots
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import places as place_queries
from saas.catalogue.placements.queries import prices as price_queries
from saas.catalogue.placements.queries.refusals import refusals_for, sentences_of
from saas.catalogue.placements.rules import amounts
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import drafts as draft_rules
from saas.catalogue.placements.rules import places as place_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.catalogue.placements.rules import refusals as refusal_rules
from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused
from saas.kernel.uploads import pictures
from tenants.spaces.models import Tenant

DAYS_AHEAD = 60


class SlotRow(NamedTuple):
    """A slot in the wizard's table: its price for the chosen days and spaces, and its places."""

    value: str
    name: str
    note: str
    price: str
    places: str
    is_full: bool


class GoalRow(NamedTuple):
    """A goal that begins a draft."""

    value: str
    name: str
    symbol: str


class Answer(NamedTuple):
    """An answered or open step of a draft."""

    step: str
    name: str
    words: str


_SYMBOLS = {
    CampaignDraft.Goal.NOON: "clock",
    CampaignDraft.Goal.KNOWN: "store",
    CampaignDraft.Goal.OFFER: "ticket",
    CampaignDraft.Goal.LASTING: "repeat",
}


def goals() -> list[GoalRow]:
    """Return the goals, each with its icon."""
    return [
        GoalRow(value, str(name), _SYMBOLS[CampaignDraft.Goal(value)])
        for value, name in CampaignDraft.Goal.choices
    ]


def answers(draft: CampaignDraft, reach: campaign_queries.Reach) -> list[Answer]:
    """Return each step of a draft with its answer as text."""
    names = {one.tenant.slug: one.tenant.name for one in reach.spaces}
    monthly = draft.rhythm == Campaign.Rhythm.MONTHLY
    written = {
        draft_rules.DATES: wording.days_of(
            price_rules.Period(draft.starts_on, draft.ends_on), monthly=monthly
        )
        if draft.starts_on and draft.ends_on
        else "",
        draft_rules.WHERE: ", ".join(names.get(slug, slug) for slug in draft.spaces),
        draft_rules.SLOTS: ", ".join(
            price_rules.place_in_words(slot, draft.day_part)
            for slot in slots.SLOTS
            if slot in draft.slots
        ),
        draft_rules.AD: draft.headline,
    }
    return [
        Answer(step, wording.step_name(step), written[step] or wording.not_chosen())
        for step in draft_rules.STEPS
    ]


def closed_ahead(
    draft: CampaignDraft, reach: campaign_queries.Reach, *, at: dt.datetime
) -> list[str]:
    """Return in sentences the days ahead on which the shop or a workplace is closed."""
    first = campaign_rules.today(at) + dt.timedelta(days=1)
    period = price_rules.Period(first, first + dt.timedelta(days=DAYS_AHEAD - 1))
    spaces = [one.tenant for one in reach.spaces]
    closed = price_queries.closed_days_in(spaces, period, draft.merchant)
    everywhere = sorted(set.intersection(*map(set, closed.values()))) if closed else []
    sentences = [wording.closed_days("", everywhere)] if everywhere else []
    for tenant in spaces:
        own = [day for day in closed.get(tenant.pk, ()) if day not in everywhere]
        sentences += [wording.closed_days(tenant.name, own)] if own else []
    return sentences


def quote_of(
    draft: CampaignDraft, reach: campaign_queries.Reach, *, at: dt.datetime
) -> price_rules.Quote | None:
    """Return the price of a complete draft; None if none of its spaces is in reach."""
    tenants = [one.tenant for one in reach.spaces if one.tenant.slug in draft.spaces]
    if not tenants:
        return None
    return _quote(draft, tenants, slots=draft.slots, at=at)


def refusals(
    draft: CampaignDraft,
    reach: campaign_queries.Reach,
    quote: price_rules.Quote,
    *,
    at: dt.datetime,
) -> list[str]:
    """Return all reasons why a complete draft cannot be drawn up as it is."""
    found: list[str] = []
    chosen = [one.tenant.pk for one in reach.spaces if one.tenant.slug in draft.spaces]
    day = campaign_rules.today(at)
    against = refusals_for(draft.merchant, chosen, creative_of(draft))
    checks: list[Callable[[], None]] = [
        lambda: campaign_rules.check_places(
            draft.spaces, reachable=[one.tenant.slug for one in reach.spaces]
        ),
        lambda: campaign_rules.check_period(quote.lines[0].period, day=day),
        lambda: amounts.check_amount(quote, price_queries.prices_in_force(at)),
        lambda: refusal_rules.check_not_refused(sentences_of(against.values())),
        lambda: place_rules.check_free(quote.lines, _beside(draft, quote, at=at)),
    ]
    for check in checks:
        try:
            check()
        except Refused as refusal:
            found.append(refusal.sentence)
    return found


def _beside(
    draft: CampaignDraft, quote: price_rules.Quote, *, at: dt.datetime
) -> place_rules.Occupancy:
    """Return the places taken by others; those of the campaign that a draft replaces are free."""
    former = campaign_queries.of_merchant(draft.merchant, draft.instead_of)
    replaced = campaign_queries.draft_to_replace(former)
    return place_queries.occupancy_beside(quote, at=at, but=replaced)


def own_draft(merchant: Merchant | None, reference: str) -> CampaignDraft | None:
    """Return a draft of a merchant; nothing when it is another's."""
    if merchant is None:
        return None
    own = CampaignDraft.objects.select_related("merchant", "campaign")
    return own.filter(merchant=merchant, reference=reference).first()


def drafts_of(merchant: Merchant | None) -> list[CampaignDraft]:
    """Return the drafts that a merchant has not drawn up, the newest first."""
    if merchant is None:
        return []
    return list(CampaignDraft.objects.filter(merchant=merchant, campaign=None))


def next_period(campaign: Campaign, day: dt.date) -> price_rules.Period:
    """Return a campaign's days unless they began, else as many days from tomorrow on.

    A campaign that still runs goes on the day after its last day.
    """
    period, tomorrow = campaign_queries.period_of(campaign), day + dt.timedelta(days=1)
    if period is None:
        return price_rules.Period(tomorrow, tomorrow)
    if is_underway(campaign, day):
        return period.moved(period.days)
    return period if period.starts_on >= day else period.moved((tomorrow - period.starts_on).days)


def is_underway(campaign: Campaign, day: dt.date) -> bool:
    """Return True if a campaign runs on a day, and can be extended."""
    period = campaign_queries.period_of(campaign)
    is_paid_once = campaign.state == Campaign.State.PAID and campaign.rhythm == Campaign.Rhythm.ONCE
    return is_paid_once and period is not None and period.starts_on <= day <= period.ends_on


def days_left(campaign: Campaign, day: dt.date) -> price_rules.Period | None:
    """Return the days of a paid campaign after a day, for which slots can be added."""
    period, tomorrow = campaign_queries.period_of(campaign), day + dt.timedelta(days=1)
    is_paid_once = campaign.state == Campaign.State.PAID and campaign.rhythm == Campaign.Rhythm.ONCE
    if period is None or not is_paid_once or campaign.withdrawn_at or period.ends_on <= day:
        return None
    return price_rules.Period(max(period.starts_on, tomorrow), period.ends_on)


def slot_rows(
    draft: CampaignDraft, reach: campaign_queries.Reach, *, at: dt.datetime
) -> list[SlotRow]:
    """Return each sold slot with its price and its free places, for a draft's days and spaces."""
    tenants = [one.tenant for one in reach.spaces if one.tenant.slug in draft.spaces]
    if not tenants or draft.starts_on is None or draft.ends_on is None:
        return []
    quote = _quote(draft, tenants, slots=[*slots.SLOTS], at=at)
    beside = _beside(draft, quote, at=at)
    rows: dict[str, list[price_rules.Line]] = {}
    for line in quote.lines:
        rows.setdefault(line.slot, []).append(line)
    return [_row(slot, rows[slot], beside) for slot in slots.SLOTS if slot in rows]


def _quote(
    draft: CampaignDraft, tenants: Sequence[Tenant], *, slots: Collection[str], at: dt.datetime
) -> price_rules.Quote:
    if draft.starts_on is None or draft.ends_on is None:
        raise LookupError("a quote needs days")
    return price_queries.quote(
        tenants=tenants,
        slots=slots,
        period=price_rules.Period(draft.starts_on, draft.ends_on),
        at=at,
        merchant=draft.merchant,
        monthly=draft.rhythm == Campaign.Rhythm.MONTHLY,
        day_part=draft.day_part,
    )


def _row(slot: str, lines: list[price_rules.Line], occupancy: place_rules.Occupancy) -> SlotRow:
    try:
        place_rules.check_free(lines, occupancy)
        places = wording.free_places(place_rules.least_free(lines, occupancy))
        is_full = False
    except Refused as refusal:
        places, is_full = refusal.sentence, True
    total = eur(sum(line.list_cents for line in lines))
    note = str(slots.SLOTS[slot].note)
    return SlotRow(slot, slots.name_of(slot), note, total, places, is_full)


def creative_of(draft: CampaignDraft) -> campaign_rules.Creative:
    """Return the content of a draft's ad."""
    return campaign_rules.Creative(draft.headline, draft.text, draft.offer)


def previews(draft: CampaignDraft, reach: campaign_queries.Reach) -> dict[str, Any]:
    """Return a draft's ad as each chosen slot shows it, for `placements/shown.html`."""
    shop, creative = draft.merchant, creative_of(draft)
    picture = draft.picture or shop.picture
    chosen = [one for one in reach.spaces if one.tenant.slug in draft.spaces]
    near = reach._replace(spaces=chosen or reach.spaces)
    return {
        "tile": campaign_queries.tile(creative, picture=picture, payer=shop.name),
        "on_screens": Slot.KIOSK in draft.slots,
        "on_shelf": Slot.SHELF in draft.slots,
        "on_digest": Slot.DIGEST in draft.slots,
        "shelf_sponsors": [{"payer": shop.name}],
        "slide": campaign_queries.on_wall(creative, merchant=shop, reach=near, picture=picture),
    }


def picture_files(draft: CampaignDraft) -> list[dict[str, str]]:
    """Return a draft's picture as a file entry of the form's upload field."""
    if not draft.picture:
        return []
    url = pictures.address("merchants:picture", draft.picture, 480)
    return [{"url": url, "name": draft.headline, "ref": draft.reference}]
