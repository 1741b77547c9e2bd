"""Campaigns at the merchant's desk: the list, the wizard with its live price, the report."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.accounts.requests import PersonRequest
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import shops as shop_queries
from saas.catalogue.merchants.queries import team as merchants
from saas.catalogue.merchants.wording import pictures as picture_wording
from saas.catalogue.placements import wording
from saas.catalogue.placements.forms.campaigns import CampaignForm, as_before
from saas.catalogue.placements.forms.weekly import WeeklyForm
from saas.catalogue.placements.models import Campaign, Slot
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import drafts, figures, report_papers, summaries
from saas.catalogue.placements.queries import pauses as pause_queries
from saas.catalogue.placements.queries import places as place_queries
from saas.catalogue.placements.queries import prices as price_queries
from saas.catalogue.placements.queries import refusals as refusal_queries
from saas.catalogue.placements.queries import slow as slow_queries
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.uploads import files, pictures
from saas.kernel.values import cells
from saas.kernel.web.bodies import takes_files


@require_GET
def campaigns(request: PersonRequest) -> HttpResponse:
    """List every campaign of the merchant."""
    shop = merchants.shop_of(request.user)
    rows = campaign_queries.campaigns_of(shop, timezone.now())
    context = {
        "nav": "campaigns",
        "shop": shop,
        "campaigns": summaries.listed(rows),
        "drafts": drafts.drafts_of(shop),
        "decides": shop is not None and merchants.decides_for(shop.pk, request.user),
    }
    return page(request, "placements/campaigns.html", context)


@require_POST
def weekly(request: PersonRequest) -> HttpResponse:
    """Stop the weekly mail of figures, or take it again."""
    if merchants.shop_of(request.user) is None:
        raise Http404
    form = WeeklyForm(request.POST)
    shop = form.submit(by=request.user, at=timezone.now())
    if shop is not None:
        messages.success(request, wording.weekly_switched(shop))
    for refusal in form.non_field_errors():
        messages.error(request, str(refusal))
    return see_other("placements:campaigns")


@takes_files(pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Draw up a campaign; the form may start from a draft or an earlier campaign."""
    at = timezone.now()
    try:
        shop = campaign_rules.check_shop(merchants.shop_of(request.user))
    except Refused as refusal:
        messages.info(request, refusal.sentence)
        return see_other("merchants:shop")
    named = request.POST.get("from", request.GET.get("from", ""))
    former = campaign_queries.of_merchant(shop, named)
    reach = campaign_queries.reach_of(shop)
    form = CampaignForm(
        request.POST or None,
        request.FILES or None,
        spaces=reach.spaces,
        at=at,
        initial=as_before(former, campaign_rules.today(at)),
    )
    instead_of = former.reference if former else ""
    if form.is_bound:
        seen = request.POST.get("prices", "")
        drawn = form.submit(instead_of=instead_of, by=request.user, at=at, prices=seen)
        if drawn:
            return see_other("billing:checkout", drawn.reference)
    quote = form.quote(merchant=shop, instead_of=instead_of, at=at) if form.is_bound else None
    context = _wizard(form, reach, shop, quote=quote, former=former)
    return page(request, "placements/new.html", context)


@require_POST
def price(request: PersonRequest) -> HttpResponse:
    """Show the price of the current choice, and a preview of the tile."""
    shop, at = merchants.shop_of(request.user), timezone.now()
    if shop is None:
        raise Http404
    reach = campaign_queries.reach_of(shop)
    form = CampaignForm(request.POST, spaces=reach.spaces, at=at)
    former = campaign_queries.of_merchant(shop, request.POST.get("from", ""))
    instead_of = former.reference if former else ""
    quote = form.quote(merchant=shop, instead_of=instead_of, at=at)
    context = _wizard(form, reach, shop, quote=quote, former=former)
    return page(request, "placements/new.html", context, partial="price", status=200)


@require_GET
def detail(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a campaign: its status, its price, its figures."""
    campaign, at = campaign_queries.of_person(request.user, reference), timezone.now()
    if campaign is None:
        raise Http404
    sent = shop_queries.sent_picture(campaign.merchant, campaign=reference)
    context = {
        "nav": "campaigns",
        "campaign": campaign,
        "row": campaign_queries.row_of(campaign, campaign_rules.today(at)),
        "quote": price_queries.quote_of(campaign.pk, at=campaign.paid_at or at),
        "report": figures.report(campaign),
        "summary": summaries.summary_of(campaign) if campaign.paid_at else None,
        "how_views_count": wording.how_views_count(),
        **_previews_of(campaign),
        "departures": [
            *refusal_queries.previews_in_words(campaign),
            *refusal_queries.departures_in_words(campaign),
            *refusal_queries.refusals_for_some(campaign),
            *place_queries.dimmed(campaign, at),
            *slow_queries.slow_words(campaign.merchant, at=at).get(campaign.pk, []),
        ],
        "obstacle": campaign_queries.obstacle_to_paying(campaign, at),
        "tile": campaign_queries.tile_of(campaign),
        "review_note": wording.review_note(campaign),
        "pause_note": wording.pause_note(campaign),
        "is_underway": drafts.is_underway(campaign, campaign_rules.today(at)),
        "days_left": drafts.days_left(campaign, campaign_rules.today(at)),
        "can_pause": pause_queries.can_pause(campaign, at=at),
        "sent_picture": sent,
        "picture_refusal": picture_wording.refusal(sent) if sent else "",
    }
    return page(request, "placements/detail.html", context, partial="picture")


@require_GET
def sheet(request: PersonRequest, reference: str) -> HttpResponseBase:
    """Hand out all figures of a campaign as a file for spreadsheets."""
    campaign = campaign_queries.of_person(request.user, reference)
    if campaign is None:
        raise Http404
    return cells.download(figures.sheet_of(campaign), name=campaign.reference)


@require_GET
def paper(request: PersonRequest, reference: str) -> HttpResponseBase:
    """Hand out the report of a paid campaign as PDF."""
    campaign = campaign_queries.of_person(request.user, reference)
    if campaign is None or campaign.paid_at is None:
        raise Http404
    content = report_papers.pdf_of(campaign, at=timezone.now())
    return files.download(content, name=f"{campaign.reference}.pdf")


def _previews_of(campaign: Campaign) -> dict[str, Any]:
    slots = {flight.slot for flight in campaign.flights.all()}
    in_lines = {
        "on_shelf": Slot.SHELF in slots,
        "on_digest": Slot.DIGEST in slots,
        "shelf_sponsors": [{"payer": campaign.merchant.name}],
    }
    if Slot.KIOSK not in slots:
        return in_lines
    shop = campaign.merchant
    creative = campaign_rules.Creative(campaign.headline, campaign.text, campaign.offer)
    picture = campaign.picture or shop.picture
    slide = campaign_queries.on_wall(
        creative, merchant=shop, reach=campaign_queries.reach_of(shop), picture=picture
    )
    return {**in_lines, "on_screens": True, "slide": slide}


def _wizard(
    form: CampaignForm,
    reach: campaign_queries.Reach,
    shop: Merchant,
    *,
    quote: price_rules.Quote | None,
    former: Campaign | None,
) -> dict[str, Any]:
    typed = {name: form.shown(name) for name in campaign_rules.Creative._fields}
    creative = campaign_rules.Creative(**typed)
    stored = former.picture if former and form.keeps_picture() else ""
    picture = stored or shop.picture
    return {
        "nav": "campaigns",
        "form": form,
        "reach": reach,
        "shop": shop,
        "quote": quote,
        "former": former.reference if former else "",
        "files": campaign_queries.stored_picture(former) if stored or not form.is_bound else [],
        "next_prices": price_queries.next_prices(timezone.now()),
        "tile": campaign_queries.tile(creative, picture=picture, payer=shop.name),
        "on_screens": Slot.KIOSK in (form["slots"].value() or []),
        "on_shelf": Slot.SHELF in (form["slots"].value() or []),
        "on_digest": Slot.DIGEST in (form["slots"].value() or []),
        "shelf_sponsors": [{"payer": shop.name}],
        "slide": campaign_queries.on_wall(creative, merchant=shop, reach=reach, picture=picture),
    }
