"""Merchant in the console: billing data, VAT number, and the VIES answers about it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.merchants.forms import AskViesForm
from saas.console.access import operators_only
from saas.console.correction_forms import PinForm
from saas.console.queries import lists as queries
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
        "form": form or AskViesForm(),
        "pin_form": pin_form or PinForm(initial=place),
    }
    return page(request, "console/merchant.html", context)
