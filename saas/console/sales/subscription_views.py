"""Pages of the console about campaigns that are paid each month: which run, and their end."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billing.orders.queries.running import running_page, running_subscription
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.queries import asked
from saas.console.sales.money_forms import EndingForm
from saas.kernel.http import page, see_other


@require_GET
@operators_only
def subscriptions(request: PersonRequest) -> HttpResponse:
    """List the subscriptions that run; those with a call that Stripe did not take come first."""
    question = asked.asked_of(request.GET, sorts=asked.SUBSCRIPTIONS)
    rows, shown = running_page(
        number=question.number, words=question.words, order_by=question.columns
    )
    context = {"nav": "subscriptions", "rows": rows, "page": shown, "asked": question}
    return page(request, "console/subscriptions.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def subscription(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a subscription's status and the effect of ending it; a button ends it."""
    shown = running_subscription(reference)
    if shown is None:
        raise Http404
    form = EndingForm(request.POST if request.method == "POST" else None)
    given = {"subscription": shown.subscription, "by": request.user, "at": timezone.now()}
    if form.is_bound and form.submit(**given):
        messages.success(request, _("C’est demandé à Stripe\u00a0: rechargez dans un instant."))
        return see_other("ops:subscription", reference)
    context = {"nav": "subscriptions", "shown": shown, "form": form}
    return page(request, "console/subscription.html", context)
