"""Pages of the console: to-do items, lists, a single order, refunds."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.adjustments.queries.refunds import refunds_to_approve
from billing.models import Refund
from billing.orders.queries.operators import OrderView, order_of, order_states, orders_page
from billing.papers.queries.invoices import invoice_by_number
from billing.papers.settlement import rendering
from billing.stripe.actions import operators
from billing.stripe.queries.troubles import failed_calls, halt_now, parked_events
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.merchants.models import Merchant
from saas.console.access import operators_only
from saas.console.forms import (
    AnnouncementForm,
    RefundForm,
    RetryForm,
)
from saas.console.queries import asked, navigation
from saas.console.queries import lists as list_queries
from saas.console.queries import needs as need_queries
from saas.console.queries import spaces as space_queries
from saas.console.queries import things as thing_queries
from saas.console.queries import troubles as trouble_queries
from saas.console.queues.registry import QUEUES
from saas.console.waiting.registry import waiting_rows
from saas.console.waiting.shapes import counted
from saas.kernel.display.writing import eur
from saas.kernel.http import page, see_other
from saas.kernel.uploads import files
from saas.monitoring import services
from saas.monitoring.actions import end_announcement as end_work
from tenants.spaces.models import Tenant
from tenants.spaces.queries import upkeep as schemas


@require_GET
@operators_only
def home(request: PersonRequest) -> HttpResponse:
    """Show the operators' to-do items, the oldest first, and the state of the service."""
    now = timezone.now()
    counts = counted(waiting_rows(at=now))
    context = {
        "nav": "home",
        "now": now,
        "console_groups": navigation.navigation(counts),
        "needs": need_queries.needs(at=now, counts=counts),
        "refunds": refunds_to_approve(),
        "pulse": need_queries.pulse(),
        "queues": QUEUES,
    }
    return page(request, "console/home.html", context)


@require_GET
@operators_only
def troubles(request: PersonRequest) -> HttpResponse:
    """Show the troubles that operators were woken for, and how each part of the house is."""
    return _troubles(request, AnnouncementForm())


@require_POST
@operators_only
def announce(request: PersonRequest) -> HttpResponse:
    """Announce planned work on the public page of services."""
    form = AnnouncementForm(request.POST)
    if not form.submit(by=request.user, at=timezone.now()):
        return _troubles(request, form)
    services.forget()
    messages.success(request, _("C’est annoncé sur la page publique des services."))
    return see_other("ops:troubles")


@require_POST
@operators_only
def end_announcement(request: PersonRequest, announcement_id: int) -> HttpResponse:
    """End an announcement of planned maintenance: done or cancelled."""
    end_work(announcement_id=announcement_id, by=request.user, at=timezone.now())
    services.forget()
    messages.success(request, _("C’est retiré."))
    return see_other("ops:troubles")


def _troubles(request: PersonRequest, form: AnnouncementForm) -> HttpResponse:
    now = timezone.now()
    ended, shown = trouble_queries.ended_troubles(request.GET.get("page", "1"))
    context = {
        "nav": "troubles",
        "now": now,
        "open": trouble_queries.open_troubles(),
        "ended": ended,
        "page": shown,
        "parts": trouble_queries.parts(at=now),
        "announced": services.announcements(now),
        "form": form,
    }
    return page(request, "console/troubles.html", context)


@require_GET
@operators_only
def spaces(request: PersonRequest) -> HttpResponse:
    """List the spaces."""
    question = asked.asked_of(request.GET, states=dict(Tenant.State.choices), sorts=asked.SPACES)
    rows, shown = list_queries.spaces_page(
        question.words, question.number, state=question.state, order_by=question.columns
    )
    context: dict[str, Any] = {"nav": "spaces", "rows": rows, "page": shown, "asked": question}
    context["endings"] = space_queries.endings(at=timezone.now())
    return page(request, "console/spaces.html", context)


@require_GET
@operators_only
def merchants(request: PersonRequest) -> HttpResponse:
    """List the merchants."""
    question = asked.asked_of(
        request.GET, states=dict(Merchant.State.choices), sorts=asked.MERCHANTS
    )
    rows, shown = list_queries.merchants_page(
        question.words,
        question.number,
        at=timezone.now(),
        state=question.state,
        order_by=question.columns,
    )
    context = {"nav": "merchants", "rows": rows, "page": shown, "asked": question}
    return page(request, "console/merchants.html", context)


@require_GET
@operators_only
def orders(request: PersonRequest) -> HttpResponse:
    """List the orders, by state, reference or merchant."""
    question = asked.asked_of(request.GET, states=order_states(), sorts=asked.ORDERS)
    rows, shown = orders_page(
        state=question.state,
        words=question.words,
        number=question.number,
        order_by=question.columns,
    )
    context = {"nav": "orders", "rows": rows, "page": shown, "asked": question}
    return page(request, "console/orders.html", context)


@require_GET
@operators_only
def order(request: PersonRequest, reference: str) -> HttpResponse:
    """Show all data of an order."""
    return _order_page(request, reference)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def refund(request: PersonRequest, reference: str) -> HttpResponse:
    """Give a merchant money back, all of it or a part: typed, then confirmed."""
    shown = _order_or_404(reference)
    context: dict[str, Any] = {"nav": "orders", "shown": shown}
    if "correct" in request.POST:
        return page(request, "console/refund.html", context | {"form": _typed_again(request)})
    form = RefundForm(request.POST if request.method == "POST" else None)
    if form.is_bound and "confirmed_cents" in request.POST:
        made = form.submit(order=shown.order, by=request.user, at=timezone.now())
        if made:
            messages.success(request, _words_of_refund(made, shown.merchant_name))
            return see_other("ops:order", reference)
    elif form.is_bound:
        cents = form.price(refundable_cents=shown.refundable_cents)
        if cents is not None:
            left = shown.refundable_cents - cents
            priced = context | {"typed": form, "cents": cents, "left": left}
            return page(request, "console/refund_confirm.html", priced)
    return page(request, "console/refund.html", context | {"form": form})


def _typed_again(request: PersonRequest) -> RefundForm:
    """Return the form with the input typed before the confirmation."""
    return RefundForm(initial={name: request.POST.get(name, "") for name in RefundForm.base_fields})


def _words_of_refund(refund: Refund, merchant_name: str) -> str:
    words = {"amount": eur(refund.amount_cents), "name": merchant_name}
    if refund.state == Refund.State.REQUESTED:
        return (
            _(
                "%(amount)s à rendre à %(name)s\u00a0: c’est demandé."
                " Au-dessus de 500\u00a0€, une autre personne doit l’approuver."
            )
            % words
        )
    return (
        _("%(amount)s sont rendus à %(name)s\u00a0: l’avoir et les reprises suivent d’eux-mêmes.")
        % words
    )


def _order_page(request: PersonRequest, reference: str) -> HttpResponse:
    shown = _order_or_404(reference)
    context = {
        "nav": "orders",
        "shown": shown,
        "timeline": thing_queries.timeline(shown),
        "postings": thing_queries.postings(shown),
    }
    return page(request, "console/order.html", context)


@require_GET
@operators_only
def invoice(request: PersonRequest, number: str) -> HttpResponse:
    """Show an invoice or a credit note as its merchant sees it."""
    paper = thing_queries.paper_page(number)
    if paper is None:
        raise Http404
    return page(request, "console/invoice.html", {"nav": "orders", "paper": paper})


@require_GET
@operators_only
def invoice_file(request: PersonRequest, number: str) -> HttpResponseBase:
    """Download an invoice or a credit note as PDF; redirect to the case if it was altered."""
    paper = invoice_by_number(number)
    try:
        content = rendering.content_of(paper) if paper else None
    except rendering.PaperAltered as altered:
        messages.error(request, altered.sentence)
        return see_other("ops:case", altered.case.reference)
    if content is None:
        raise Http404
    return files.download(content, name=f"{number}.pdf")


@require_GET
@operators_only
def jobs(request: PersonRequest) -> HttpResponse:
    """Show the failures that can be retried."""
    return _jobs_page(request, None)


@require_POST
@operators_only
def retry(request: PersonRequest) -> HttpResponse:
    """Try something again that failed."""
    form = RetryForm(request.POST)
    if not form.submit(by=request.user, at=timezone.now()):
        return _jobs_page(request, form)
    if form.cleaned_data["kind"] == "let_go":
        message = _("Il est cherché chez Stripe, puis abandonné s’il n’y est pas.")
    else:
        message = _("C’est relancé.")
    messages.success(request, message)
    return see_other("ops:jobs")


@require_POST
@operators_only
def end_halt(request: PersonRequest) -> HttpResponse:
    """Speak to Stripe again, now that the key is right."""
    operators.end_halt(by=request.user, at=timezone.now())
    messages.success(request, _("Les appels à Stripe reprennent."))
    return see_other("ops:jobs")


def _jobs_page(request: PersonRequest, form: RetryForm | None) -> HttpResponse:
    now = timezone.now()
    context = {
        "nav": "jobs",
        "now": now,
        "stopped": trouble_queries.stopped_work(),
        "aside": trouble_queries.set_aside_jobs(),
        "halt": halt_now(),
        "calls": failed_calls(),
        "events": parked_events(),
        "foundings": need_queries.failed_foundings(at=now),
        "differing": schemas.differing(),
        "form": form,
    }
    return page(request, "console/jobs.html", context)


def _order_or_404(reference: str) -> OrderView:
    shown = order_of(reference)
    if shown is None:
        raise Http404
    return shown
