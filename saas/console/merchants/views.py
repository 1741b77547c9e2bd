"""Merchant in the console: everything known about it, blocking, corrections, the VIES answers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.merchants.forms.shops import AskViesForm
from saas.catalogue.merchants.queries import shops as merchants
from saas.console.access import operators_only
from saas.console.merchants import queries as dossiers
from saas.console.merchants.forms import BlockForm, CorrectMerchantForm, MergeForm
from saas.console.merchants.notices import notices_of
from saas.console.queries import lists as queries
from saas.console.spaces.correction_forms import PinForm
from saas.kernel.http import page, see_other


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def merchant(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a merchant and the answers of VIES; a button has VIES asked again."""
    at = timezone.now()
    shown = queries.merchant_view(reference, at=at)
    if shown is None:
        raise Http404
    form = AskViesForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.submit(merchant=shown.merchant, by=request.user, at=at):
        messages.success(request, _("C’est demandé à VIES\u00a0: rechargez dans un instant."))
        return see_other("ops:merchant", reference)
    return merchant_page(request, shown, form=form)


def merchant_page(
    request: PersonRequest,
    shown: queries.MerchantView,
    *,
    form: AskViesForm | None = None,
    pin_form: PinForm | None = None,
) -> HttpResponse:
    """Render a merchant with the submitted forms, or with new forms."""
    place = {"latitude": shown.merchant.latitude, "longitude": shown.merchant.longitude}
    context = {
        "nav": "merchants",
        "shown": shown,
        "dossier": dossiers.dossier_of(shown.merchant, at=timezone.now()),
        "notices": notices_of(shown.merchant),
        "form": form or AskViesForm(),
        "pin_form": pin_form or PinForm(initial=place),
    }
    return page(request, "console/merchant.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def block(request: PersonRequest, reference: str) -> HttpResponse:
    """Show what blocking a shop stops and refunds; the button does it, or unblocks the shop."""
    at = timezone.now()
    found = merchants.by_reference(reference)
    if found is None:
        raise Http404
    is_blocked = found.state == found.State.BLOCKED
    form = BlockForm(request.POST if request.method == "POST" else None)
    if form.submit(merchant=found, by=request.user, at=at):
        words = _("La page est rétablie.") if is_blocked else _("La page est bloquée.")
        messages.success(request, words)
        return see_other("ops:merchant", reference)
    stops = [] if is_blocked else dossiers.stops_of(found, at=at)
    context = {
        "nav": "merchants",
        "merchant": found,
        "is_blocked": is_blocked,
        "may_block": found.state == found.State.PUBLISHED,
        "stops": stops,
        "cents": sum(stop.gross_cents for stop in stops),
        "form": form,
    }
    return page(request, "console/merchant_block.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def merge(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the shops that a double could belong to; the form merges it into one of them."""
    found, at = merchants.by_reference(reference), timezone.now()
    if found is None:
        raise Http404
    form = MergeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.submit(double=found, by=request.user, at=at):
        messages.success(request, _("C’est fusionné. Le commerçant reçoit un e-mail."))
        return see_other("ops:merchant", reference)
    context = {
        "nav": "merchants",
        "merchant": found,
        "doubles": dossiers.likely_doubles(found),
        "going_on": dossiers.open_business(found, at=at),
        "form": form,
    }
    return page(request, "console/merchant_merge.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def correct(request: PersonRequest, reference: str) -> HttpResponse:
    """Show what operators may correct of a shop; the form corrects it with a reason."""
    found = merchants.by_reference(reference)
    if found is None:
        raise Http404
    form = CorrectMerchantForm(request.POST if request.method == "POST" else None, merchant=found)
    if form.is_bound and form.submit(merchant=found, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est corrigé. Le commerçant reçoit un e-mail."))
        return see_other("ops:merchant", reference)
    context = {"nav": "merchants", "merchant": found, "form": form}
    return page(request, "console/merchant_correct.html", context)
