"""Pages of this room, at the merchant's desk."""

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import queries, tasks
from billing.forms import CancelForm, CheckoutForm
from billing.models import Order
from saas.accounts.requests import PersonRequest
from saas.kernel.http import page, see_other
from saas.kernel.tasks import after_commit

WAYS_BACK = ("returned", "abandoned")


@require_http_methods(["GET", "POST"])
def checkout(request: PersonRequest, reference: str) -> HttpResponse:
    """Show what a campaign costs, then open its payment."""
    campaign = queries.campaign_to_pay(request.user, reference)
    if campaign is None:
        raise Http404
    form = CheckoutForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        order = form.submit(campaign=campaign, by=request.user, at=timezone.now())
        if order:
            return see_other(order)
    context = {"form": form, "checkout": queries.checkout_page(campaign), "nav": "campaigns"}
    return page(request, "billing/checkout.html", context)


@require_GET
def order(request: PersonRequest, reference: str) -> HttpResponse:
    """Show where the payment of an order stands."""
    own = _own_order(request, reference)
    came_back = request.GET.get("from", "")
    shown = queries.order_page(own, came_back=came_back if came_back in WAYS_BACK else "")
    if request.GET.get("seen") == shown.situation:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"shown": shown, "order": shown.order, "nav": "campaigns"}
    return page(request, "billing/order.html", context, partial="situation")


@require_POST
def cancel(request: PersonRequest, reference: str) -> HttpResponse:
    """Close the open payment of an order."""
    own = _own_order(request, reference)
    form = CancelForm(request.POST)
    if form.submit(order=own, by=request.user, at=timezone.now()):
        return see_other(own)
    shown = queries.order_page(own, came_back="")
    context = {"shown": shown, "order": own, "form": form, "nav": "campaigns"}
    return page(request, "billing/order.html", context)


@require_GET
def returned(request: PersonRequest) -> HttpResponse:
    """Welcome somebody back from Stripe: nothing is paid because they say so."""
    payment = queries.payment_of_merchant(request.user, request.GET.get("session_id", ""))
    if payment is None:
        raise Http404
    if payment.state in {"opened", "processing"}:
        after_commit(tasks.converge_payment, payment.pk)
    return redirect(f"{payment.order.get_absolute_url()}?from=returned")


@require_GET
def invoices(request: PersonRequest) -> HttpResponse:
    """List invoices and credit notes."""
    context = {"papers": queries.invoices_of(request.user), "nav": "invoices"}
    return page(request, "billing/invoices.html", context)


@require_GET
def invoice(request: PersonRequest, number: str) -> HttpResponse:
    """Show an invoice or a credit note, ready to be printed."""
    paper = queries.invoice_page(request.user, number)
    if paper is None:
        raise Http404
    return page(request, "billing/invoice.html", {"paper": paper, "nav": "invoices"})


def _own_order(request: PersonRequest, reference: str) -> Order:
    own = queries.order_of_merchant(request.user, reference)
    if own is None:
        raise Http404
    return own
