"""Pages for an operator to remove a merchant's or council member's lost second factor."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.operators.factor_forms import FactorResetForm
from saas.console.queries import factors as queries
from saas.kernel.http import page, see_other


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def merchant_factor(request: PersonRequest, reference: str) -> HttpResponse:
    """Remove the second factor of a person of a shop."""
    shop = queries.shop_at(reference)
    if shop is None:
        raise Http404
    back = reverse("ops:merchant", args=[reference], urlconf=request.urlconf)
    return _reset(request, {"shop": shop}, name=shop.name, back=back, place="", nav="merchants")


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def space_factor(request: PersonRequest, slug: str) -> HttpResponse:
    """Remove the second factor of a member of a council, or of an administrator of a space."""
    tenant = queries.open_space(slug)
    if tenant is None:
        raise Http404
    back = reverse("ops:council_people", args=[slug], urlconf=request.urlconf)
    return _reset(
        request, {"tenant": tenant}, name=tenant.name, back=back, place=slug, nav="spaces"
    )


def _reset(
    request: Any, wanted: dict[str, Any], *, name: str, back: str, place: str, nav: str
) -> HttpResponse:
    form = FactorResetForm(request.POST if request.method == "POST" else None)
    if form.submit(**wanted, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est retiré. La personne l’apprend par e-mail."))
        return see_other(back)
    context = {
        "nav": nav,
        "name": name,
        "back": back,
        "form": form,
        "done": queries.resets_in(place, shop=wanted.get("shop")),
    }
    return page(request, "console/reset_factor.html", context)
