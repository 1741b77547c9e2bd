"""Pages of this room, at the merchant's desk."""

from http import HTTPStatus

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.adjustments.queries.parts import parts_to_stop
from billing.adjustments.queries.refunds import what_has_not_run
from billing.councils.queries import trace as traces
from billing.councils.wording import trace as trace_words
from billing.forms import (
    CancelForm,
    CheckoutForm,
    LimitForm,
    MonthlyForm,
    PauseForm,
    PortalForm,
    StopForm,
    StopPartForm,
    WithdrawForm,
)
from billing.models import Invoice, Order, Payment, Refund
from billing.orders import tasks
from billing.orders.queries.desk import (
    OrderPage,
    campaign_to_pay,
    checkout_page,
    order_of_merchant,
    order_page,
    own_orders,
    payment_of_merchant,
    withdrawn_words,
)
from billing.orders.queries.months import (
    subscription_of_merchant,
    subscription_page,
    subscriptions_of,
)
from billing.orders.queries.offers import limit_of, over_limit, spending_of
from billing.papers.queries.invoices import invoice_of_merchant, invoice_page, own_invoices
from billing.papers.settlement import rendering
from billing.stripe.queries.calls import requested_link
from saas.accounts import auth
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.merchants.queries import team
from saas.catalogue.placements.models import Campaign
from saas.kernel.display.writing import eur
from saas.kernel.http import page, poll_answer, see_other
from saas.kernel.money import as_typed
from saas.kernel.tasks import after_commit
from saas.kernel.uploads import files
from tenants.spaces import hosts

WAYS_BACK = ("returned", "abandoned")


@require_http_methods(["GET", "POST"])
def checkout(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the price of a campaign, try a code on it, then open its payment."""
    campaign, at = _own_campaign(request, reference), timezone.now()
    network = auth.network_from(request)
    known, shown = checkout_page(campaign, at=at), None
    first = {"code": known.order.promotion.code} if known.order and known.order.promotion else None
    form = CheckoutForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and "preview" in request.POST:
        shown = form.price(campaign=campaign, by=request.user, at=at, network=network)
    elif form.is_bound:
        order = form.submit(campaign=campaign, by=request.user, at=at, network=network)
        if order:
            return see_other(order)
    if known.order is not None and known.order.paid_at and not form.is_bound:
        return redirect(known.order)
    quote = shown or known.quote
    context = {
        "form": form,
        "checkout": known,
        "quote": quote,
        "over_limit": over_limit(campaign, quote, known.order, at=at),
        "nav": "campaigns",
    }
    return page(request, "billing/checkout.html", context)


@require_POST
def withdraw(request: PersonRequest, reference: str) -> HttpResponse:
    """Withdraw an unpaid campaign; an open payment is closed."""
    campaign = _own_campaign(request, reference)
    form = WithdrawForm(request.POST)
    if form.submit(campaign=campaign, by=request.user, at=timezone.now()):
        messages.success(request, withdrawn_words(campaign))
    else:
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    return see_other(campaign)


@require_POST
def pause(request: PersonRequest, reference: str) -> HttpResponse:
    """Pause a paid campaign, or let it go on."""
    campaign = _own_campaign(request, reference)
    form = PauseForm(request.POST)
    if not form.submit(campaign=campaign, by=request.user, at=timezone.now()):
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    return see_other(campaign)


def _own_campaign(request: PersonRequest, reference: str) -> Campaign:
    campaign = campaign_to_pay(request.user, reference)
    if campaign is None:
        raise Http404
    return campaign


@require_GET
def orders(request: PersonRequest) -> HttpResponse:
    """List the orders, each with its state."""
    rows, shown = own_orders(request.user, number=request.GET.get("page", "1"))
    context = {"rows": rows, "page": shown, "today": timezone.localdate(), "nav": "orders"}
    return page(request, "billing/orders.html", context)


@require_GET
def order(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the state of an order's payment."""
    own = _own_order(request, reference)
    came_back = request.GET.get("from", "")
    came_back = came_back if came_back in WAYS_BACK else ""
    shown = order_page(own, came_back=came_back, at=timezone.now())
    if "seen" in request.GET:
        return _what_changed(request, shown)
    context = {"shown": shown, "order": shown.order, "today": timezone.localdate(), "nav": "orders"}
    return page(request, "billing/order.html", context, partial="situation")


def _what_changed(request: PersonRequest, shown: OrderPage) -> HttpResponse:
    """Answer a polling page with its changed part; reload it once nothing more will change."""
    if request.GET["seen"] == shown.situation:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if not shown.asks_again:
        return HttpResponse(headers={"HX-Redirect": shown.order.get_absolute_url()})
    context = {"shown": shown, "order": shown.order, "today": timezone.localdate()}
    return page(request, "billing/order.html", context, partial="situation")


@require_GET
def trace(request: PersonRequest, reference: str) -> HttpResponse:
    """Trace the payment of an order: the parts of each council, of Troovon, and of tax."""
    found = traces.trace_of(_own_order(request, reference))
    if found is None:
        raise Http404
    context = {"nav": "orders", "trace": found, **trace_words.shown(found)}
    return page(request, "billing/trace.html", context)


@require_POST
def cancel(request: PersonRequest, reference: str) -> HttpResponse:
    """Close the open payment of an order."""
    own = _own_order(request, reference)
    form, at = CancelForm(request.POST), timezone.now()
    if form.submit(order=own, by=request.user, at=at):
        return see_other(own)
    shown = order_page(own, came_back="", at=at)
    context = {
        "shown": shown,
        "order": own,
        "form": form,
        "today": timezone.localdate(),
        "nav": "orders",
    }
    return page(request, "billing/order.html", context)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def stop(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the undelivered part of a campaign; a button stops and refunds it."""
    own, now = _own_order(request, reference), timezone.now()
    unrun = what_has_not_run(own, at=now)
    form_class = StopPartForm if "flight" in request.POST else StopForm
    form = form_class(request.POST if request.method == "POST" else None)
    refund = form.submit(order=own, by=request.user, at=now)
    if refund:
        messages.success(request, _words_of_stop(refund))
        return see_other(own)
    context = {
        "order": own,
        "unrun": unrun,
        "parts": parts_to_stop(own, at=now),
        "form": form,
        "nav": "orders",
    }
    return page(request, "billing/stop.html", context)


def _words_of_stop(refund: Refund) -> str:
    amount = {"amount": eur(refund.amount_cents)}
    if refund.origin == Refund.Origin.PART and refund.state == Refund.State.REQUESTED:
        return _("L’annonce s’arrête là. Le remboursement de %(amount)s est demandé.") % amount
    if refund.origin == Refund.Origin.PART:
        return _("L’annonce s’arrête là, les autres continuent. %(amount)s reviennent.") % amount
    if refund.state == Refund.State.REQUESTED:
        return _("La campagne est arrêtée. Le remboursement de %(amount)s est demandé.") % amount
    return _("La campagne est arrêtée. %(amount)s vous sont rendus.") % amount


@require_GET
def returned(request: PersonRequest) -> HttpResponse:
    """Redirect a person back from Stripe to the order; the return itself proves no payment."""
    payment = payment_of_merchant(request.user, request.GET.get("session_id", ""))
    if payment is None:
        raise Http404
    if payment.state in {Payment.State.OPENED, Payment.State.PROCESSING}:
        after_commit(tasks.sync_payment, payment.pk)
    return redirect(f"{payment.order.get_absolute_url()}?from=returned")


@require_GET
def invoices(request: PersonRequest) -> HttpResponse:
    """List invoices and credit notes."""
    papers, shown = own_invoices(request.user, number=request.GET.get("page", "1"))
    context = {"papers": papers, "page": shown, "nav": "invoices"}
    return page(request, "billing/invoices.html", context)


@require_GET
def invoice(request: PersonRequest, number: str) -> HttpResponse:
    """Show an invoice or a credit note, and its file once it is there."""
    paper = invoice_page(_own_invoice(request, number))
    return page(
        request, "billing/invoice.html", {"paper": paper, "nav": "invoices"}, partial="file"
    )


@require_GET
def invoice_file(request: PersonRequest, number: str) -> FileResponse:
    """Hand an invoice or a credit note to its merchant as PDF."""
    content = rendering.content_of(_own_invoice(request, number))
    if content is None:
        raise Http404
    return files.download(content, name=f"{number}.pdf")


@require_GET
def subscriptions(request: PersonRequest) -> HttpResponse:
    """List the subscriptions."""
    context = {"rows": subscriptions_of(request.user), "nav": "subscriptions"}
    return page(request, "billing/subscriptions.html", context)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def subscription(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a subscription and its actions: stop, resume, end, accept today's prices."""
    own = subscription_of_merchant(request.user, reference)
    if own is None:
        raise Http404
    form = MonthlyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.submit(subscription=own, by=request.user, at=timezone.now()):
        return see_other(own)
    shown = subscription_page(own, at=timezone.now())
    standing = shown.change.standing if shown.change else ""
    if answer := poll_answer(request, standing, url=own.get_absolute_url()):
        return answer
    context = {"shown": shown, "form": form, "nav": "subscriptions"}
    return page(request, "billing/subscription.html", context)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def spending(request: PersonRequest) -> HttpResponse:
    """Show the orders month by month, and set a spending limit."""
    at = timezone.now()
    known = limit_of(request.user)
    first = {"limit_cents": as_typed(known.limit_cents)} if known else None
    form = LimitForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.submit(by=request.user, at=at):
        messages.success(request, _("C’est noté."))
        return see_other("billing:spending")
    shown = spending_of(request.user, at=at)
    context = {"shown": shown, "form": form, "nav": "spending"}
    return page(request, "billing/spending.html", context)


@require_http_methods(["GET", "POST"])
@stepup.fresh
def payment_methods(request: PersonRequest) -> HttpResponse:
    """Show the link to Stripe's page for payment methods; the link is kept for minutes."""
    shop, at = team.shop_of(request.user), timezone.now()
    form = PortalForm(request.POST if request.method == "POST" else None)
    here = reverse("billing:payment_methods")
    if form.is_bound and shop is not None:
        back = hosts.public_url(here)
        call = form.submit(merchant=shop, return_url=back, by=request.user, at=at)
        if call is not None:
            return see_other(f"{here}?call={call.uuid}")
    link = requested_link("portal", shop.pk, request.GET.get("call", ""), at=at) if shop else None
    if link and (answer := poll_answer(request, link.standing, url=f"{here}?call={link.uuid}")):
        return answer
    context = {"shop": shop, "form": form, "asked": link, "nav": "spending"}
    return page(request, "billing/payment_methods.html", context)


def _own_invoice(request: PersonRequest, number: str) -> Invoice:
    own = invoice_of_merchant(request.user, number)
    if own is None:
        raise Http404
    return own


def _own_order(request: PersonRequest, reference: str) -> Order:
    own = order_of_merchant(request.user, reference)
    if own is None:
        raise Http404
    return own
