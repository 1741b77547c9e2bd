"""Pages of the console: the prices with their history, and promotion codes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.orders.queries.offers import code_named, codes, orders_with
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.placements.queries import prices as placements
from saas.catalogue.placements.rules import campaigns as rules
from saas.console.access import operators_only
from saas.console.catalogue.offer_forms import (
    EndPromotionForm,
    PricesForm,
    PromotionForm,
    SlotSample,
    WithdrawPricesForm,
    prices_now,
)
from saas.kernel.http import page, see_other


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def prices(request: PersonRequest) -> HttpResponse:
    """Show every version of the prices, and compose the next version with sample prices."""
    at = timezone.now()
    form = PricesForm(request.POST if request.method == "POST" else None, initial=prices_now(at))
    samples = None
    if form.is_bound and "preview" in request.POST:
        samples = form.samples(at=at)
    elif form.is_bound and form.submit(by=request.user, at=at):
        messages.success(request, _("C’est publié. Ce qui est déjà commandé garde son prix."))
        return see_other("ops:prices")
    return _prices_page(request, form, samples=samples)


@require_POST
@operators_only
@stepup.second_factor
def withdraw_prices(request: PersonRequest, version: int) -> HttpResponse:
    """Withdraw a version before it comes into force."""
    at = timezone.now()
    form = WithdrawPricesForm(request.POST)
    if form.submit(version=version, by=request.user, at=at):
        messages.success(request, _("C’est retiré. Les prix d’avant continuent."))
        return see_other("ops:prices")
    return _prices_page(request, PricesForm(initial=prices_now(at)), refused=form)


def _prices_page(
    request: PersonRequest,
    form: PricesForm,
    *,
    samples: list[SlotSample] | None = None,
    refused: WithdrawPricesForm | None = None,
) -> HttpResponse:
    context = {
        "nav": "prices",
        "form": form,
        "refused": refused,
        "samples": samples,
        "versions": placements.versions_of_prices(timezone.now()),
    }
    return page(request, "console/prices.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def promotions(request: PersonRequest) -> HttpResponse:
    """List promotion codes with their uses, and make another."""
    at = timezone.now()
    first = {"begins_on": rules.today(at)}
    form = PromotionForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and (made := form.submit(by=request.user, at=at)):
        messages.success(request, _("Le code est prêt."))
        return see_other("ops:promotion", made.code)
    context = {"nav": "promotions", "form": form, "rows": codes(at)}
    return page(request, "console/promotions.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def promotion(request: PersonRequest, code: str) -> HttpResponse:
    """Show the uses of a code, and end it."""
    found = code_named(code)
    if found is None:
        raise Http404
    form = EndPromotionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.submit(promotion=found, by=request.user, at=timezone.now()):
        messages.success(request, _("Le code ne vaut plus. Les commandes gardent leur prix."))
        return see_other("ops:promotion", code)
    context = {
        "nav": "promotions",
        "code": found,
        "form": form,
        "orders": orders_with(found),
    }
    return page(request, "console/promotion.html", context)
