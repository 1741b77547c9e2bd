"""The wizard: a goal, then dates, spaces, slots and the ad, each stored before the next."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saas.accounts.requests import PersonRequest
from saas.catalogue.merchants.queries import team as merchants
from saas.catalogue.placements import wording
from saas.catalogue.placements.forms.drafts import (
    AgainForm,
    DropForm,
    FinishForm,
    GoalForm,
    StepForm,
)
from saas.catalogue.placements.models import CampaignDraft
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import drafts as draft_queries
from saas.catalogue.placements.queries import prices as price_queries
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import drafts as draft_rules
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.uploads import pictures
from saas.kernel.web.bodies import takes_files


@require_http_methods(["GET", "POST"])
def start(request: PersonRequest) -> HttpResponse:
    """Show the goals and the drafts that were begun; a goal begins another."""
    shop, at = merchants.shop_of(request.user), timezone.now()
    try:
        campaign_rules.check_shop(shop)
    except Refused as refusal:
        messages.info(request, refusal.sentence)
        return see_other("merchants:shop")
    form = GoalForm(request.POST if request.method == "POST" else None)
    draft = form.submit(by=request.user, at=at) if form.is_bound else None
    if draft:
        return see_other("placements:step", draft.reference, draft_rules.DATES)
    context = {
        "nav": "campaigns",
        "form": form,
        "goals": draft_queries.goals(),
        "drafts": draft_queries.drafts_of(shop),
    }
    return page(request, "placements/start.html", context)


@require_POST
def again(request: PersonRequest, reference: str) -> HttpResponse:
    """Copy a campaign into a draft."""
    campaign = campaign_queries.of_person(request.user, reference)
    if campaign is None:
        raise Http404
    form = AgainForm(request.POST)
    draft = form.submit(campaign=campaign, by=request.user, at=timezone.now())
    if draft is None:
        messages.error(request, " ".join(map(str, form.non_field_errors())))
        return see_other(campaign)
    if form.cleaned_data["more"]:
        messages.info(request, wording.already_paid(campaign))
        return see_other("placements:step", draft.reference, draft_rules.SLOTS)
    return see_other("placements:draft", draft.reference)


@require_http_methods(["GET", "POST"])
def draft(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a draft with its price; a button draws it up and leads to the payment."""
    own, at = _own_draft(request, reference), timezone.now()
    if own.campaign is not None:
        return see_other("billing:checkout", own.campaign.reference)
    form = FinishForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        campaign = form.submit(draft=own, by=request.user, at=at)
        if campaign:
            return see_other("billing:checkout", campaign.reference)
    return page(request, "placements/draft.html", _summary(own, form, at))


@takes_files(pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def step(request: PersonRequest, reference: str, name: str) -> HttpResponse:
    """Show a step; its answers are stored, and words of the ad also while they are typed."""
    own, at = _own_draft(request, reference), timezone.now()
    if own.campaign is not None:
        return see_other("billing:checkout", own.campaign.reference)
    if name not in draft_rules.STEPS:
        raise Http404
    reach = campaign_queries.reach_of(own.merchant)
    is_sent = request.method == "POST"
    data, sent = (request.POST, request.FILES) if is_sent else (None, None)
    form = StepForm(data, sent, step=name, draft=own, reach=reach, at=at)
    if is_sent and name == draft_rules.AD and request.headers.get("HX-Request") == "true":
        own = form.keep_typed(by=request.user, at=at)
        context = {"form": None, **draft_queries.previews(own, reach)}
        return page(request, "placements/step_ad.html", context, partial="preview")
    stored = form.store(by=request.user, at=at) if is_sent else None
    if stored:
        return _onward(request, stored, name, at=at)
    return page(request, f"placements/step_{name}.html", _shown(form, own, reach))


def _onward(
    request: PersonRequest, own: CampaignDraft, name: str, *, at: dt.datetime
) -> HttpResponse:
    """Lead to the next step; from the ad to the payment, from a changed step to the draft."""
    following = draft_rules.step_after(name, draft_rules.missing(own))
    if following:
        return see_other("placements:step", own.reference, following)
    if name != draft_rules.AD:
        return see_other("placements:draft", own.reference)
    form = FinishForm({})
    campaign = form.submit(draft=own, by=request.user, at=at)
    if campaign:
        return see_other("billing:checkout", campaign.reference)
    return page(request, "placements/draft.html", _summary(own, form, at))


@require_POST
def drop(request: PersonRequest, reference: str) -> HttpResponse:
    """Delete a draft."""
    own = _own_draft(request, reference)
    if DropForm(request.POST).submit(draft=own, by=request.user, at=timezone.now()):
        messages.success(request, _("Le brouillon est supprimé."))
    return see_other("placements:campaigns")


def _own_draft(request: PersonRequest, reference: str) -> CampaignDraft:
    own = draft_queries.own_draft(merchants.shop_of(request.user), reference)
    if own is None:
        raise Http404
    return own


def _shown(form: StepForm, own: CampaignDraft, reach: campaign_queries.Reach) -> dict[str, Any]:
    name = form.step
    context = {
        "nav": "campaigns",
        "form": form,
        "draft": own,
        "reach": reach,
        "steps": [wording.step_name(one) for one in draft_rules.STEPS],
        "current": draft_rules.STEPS.index(name) + 1,
        "step": name,
    }
    if name == draft_rules.DATES:
        context["closed"] = draft_queries.closed_ahead(own, reach, at=timezone.now())
    if name == draft_rules.AD:
        context["files"] = draft_queries.picture_files(own)
        context |= draft_queries.previews(own, reach)
    return context


def _summary(own: CampaignDraft, form: FinishForm, at: dt.datetime) -> dict[str, Any]:
    reach = campaign_queries.reach_of(own.merchant)
    left = draft_rules.missing(own)
    quote = None if left else draft_queries.quote_of(own, reach, at=at)
    return {
        "nav": "campaigns",
        "form": form,
        "draft": own,
        "answers": draft_queries.answers(own, reach),
        "following": left[0] if left else "",
        "quote": quote,
        "refusals": draft_queries.refusals(own, reach, quote, at=at) if quote else [],
        "next_prices": price_queries.next_prices(at),
        **draft_queries.previews(own, reach),
    }
