"""Pages of the console: what waits for an operator, lists, one order, money given back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import actions as billing_actions
from billing import queries as billing
from billing import tasks
from billing.models import Council
from saas.accounts.requests import PersonRequest
from saas.console import queries
from saas.console.doors import operators_only
from saas.console.forms import (
    DecisionForm,
    PersonalityForm,
    RefundForm,
    RetryForm,
    TermsForm,
    WriteOffForm,
)
from saas.kernel.http import page, see_other
from saas.kernel.tasks import after_commit


@require_GET
@operators_only
def home(request: PersonRequest) -> HttpResponse:
    """Show what waits for an operator, the oldest first, and how the house is."""
    now = timezone.now()
    context = {
        "nav": "home",
        "now": now,
        "needs": queries.needs(at=now),
        "refunds": billing.refunds_to_approve(),
        "pulse": queries.pulse(),
    }
    return page(request, "console/home.html", context)


@require_GET
@operators_only
def spaces(request: PersonRequest) -> HttpResponse:
    """List the spaces."""
    words = request.GET.get("q", "").strip()
    rows, shown = queries.spaces_page(words, request.GET.get("page", "1"))
    context = {"nav": "spaces", "rows": rows, "page": shown, "words": words}
    return page(request, "console/spaces.html", context)


@require_GET
@operators_only
def council(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a council: its terms, its account, its money, and who did what."""
    return _council_page(request, _council_or_404(reference))


@require_POST
@operators_only
def offer_terms(request: PersonRequest, reference: str) -> HttpResponse:
    """Offer a council other terms."""
    found = _council_or_404(reference)
    form = TermsForm(request.POST)
    if not form.submit(council=found, by=request.user, at=timezone.now()):
        return _council_page(request, found, terms_form=form)
    messages.success(request, _("C’est proposé. La trésorerie du CSE le lit dans son bureau."))
    return see_other("ops:council", reference)


@require_POST
@operators_only
def personality(request: PersonRequest, reference: str) -> HttpResponse:
    """Note that a council is a legal person after all, or that it is none."""
    found = _council_or_404(reference)
    form = PersonalityForm(request.POST)
    is_person = not found.legal_personality
    if not form.submit(council=found, is_person=is_person, by=request.user, at=timezone.now()):
        return _council_page(request, found, personality_form=form)
    messages.success(request, _("C’est noté."))
    return see_other("ops:council", reference)


def _council_page(
    request: PersonRequest,
    found: Council,
    *,
    terms_form: TermsForm | None = None,
    personality_form: PersonalityForm | None = None,
) -> HttpResponse:
    context = {
        "nav": "spaces",
        "shown": queries.council_view(found, at=timezone.now()),
        "form": terms_form or personality_form,
        "terms_form": terms_form or TermsForm(),
        "personality_form": personality_form or PersonalityForm(),
    }
    return page(request, "console/council.html", context)


def _council_or_404(reference: str) -> Council:
    found = queries.council_at(reference)
    if found is None:
        raise Http404
    return found


@require_GET
@operators_only
def merchants(request: PersonRequest) -> HttpResponse:
    """List the merchants."""
    words = request.GET.get("q", "").strip()
    rows, shown = queries.merchants_page(words, request.GET.get("page", "1"))
    context = {"nav": "merchants", "rows": rows, "page": shown, "words": words}
    return page(request, "console/merchants.html", context)


@require_GET
@operators_only
def orders(request: PersonRequest) -> HttpResponse:
    """List the orders, by state, reference or merchant."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows, shown = billing.orders_page(state=state, words=words, number=request.GET.get("page", "1"))
    context = {
        "nav": "orders",
        "rows": rows,
        "page": shown,
        "state": state,
        "words": words,
        "states": billing.order_states(),
    }
    return page(request, "console/orders.html", context)


@require_GET
@operators_only
def order(request: PersonRequest, reference: str) -> HttpResponse:
    """Show everything about one order."""
    return _order_page(request, reference)


@require_http_methods(["GET", "POST"])
@operators_only
def refund(request: PersonRequest, reference: str) -> HttpResponse:
    """Give a merchant money back, all of it or a part."""
    shown = _order_or_404(reference)
    form = RefundForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        made = form.submit(
            order=shown.order,
            refundable_cents=shown.refundable_cents,
            by=request.user,
            at=timezone.now(),
        )
        if made:
            messages.success(request, _said_of(made.state))
            return see_other("ops:order", reference)
    context = {"nav": "orders", "shown": shown, "form": form}
    return page(request, "console/refund.html", context)


def _said_of(state: str) -> str:
    if state == "requested":
        return _("Demandé. Au-dessus de 500\u00a0€, une autre personne doit l’approuver.")
    return _("Remboursement lancé\u00a0: l’avoir et les reprises suivent d’eux-mêmes.")


@require_POST
@operators_only
def decide(request: PersonRequest, reference: str) -> HttpResponse:
    """Approve or reject a refund that somebody else asked for."""
    asked = queries.refund_at(reference)
    if asked is None:
        raise Http404
    form = DecisionForm(request.POST)
    order_reference = asked.payment.order.reference
    if not form.submit(refund=asked, by=request.user, at=timezone.now()):
        return _order_page(request, order_reference, form)
    return see_other("ops:order", order_reference)


def _order_page(
    request: PersonRequest, reference: str, form: DecisionForm | None = None
) -> HttpResponse:
    shown = _order_or_404(reference)
    context = {
        "nav": "orders",
        "shown": shown,
        "timeline": queries.timeline(shown),
        "postings": queries.postings(shown),
        "form": form,
    }
    return page(request, "console/order.html", context)


@require_GET
@operators_only
def invoice(request: PersonRequest, number: str) -> HttpResponse:
    """Show an invoice or a credit note as its merchant sees it."""
    paper = queries.paper_page(number)
    if paper is None:
        raise Http404
    return page(request, "console/invoice.html", {"nav": "orders", "paper": paper})


@require_GET
@operators_only
def transfers(request: PersonRequest) -> HttpResponse:
    """List what was sent to councils, what waits and what is owed."""
    return _transfers_page(request)


def _transfers_page(
    request: PersonRequest, claim_id: int = 0, form: WriteOffForm | None = None
) -> HttpResponse:
    state = request.GET.get("state", "")
    rows, shown = billing.transfers_page(state=state, number=request.GET.get("page", "1"))
    context = {
        "nav": "transfers",
        "form": form,
        "rows": rows,
        "page": shown,
        "state": state,
        "states": billing.transfer_states(),
        "waiting": billing.waiting_shares(),
        "owed": [
            (row, form if form and row.id == claim_id else WriteOffForm(auto_id=f"id_{row.id}_%s"))
            for row in billing.owed_by_councils()
        ],
    }
    return page(request, "console/transfers.html", context)


@require_POST
@operators_only
def release(request: PersonRequest, reference: str) -> HttpResponse:
    """Let what waits for a council try to leave again; what has left is not sent twice."""
    council_id = queries.council_of_share(reference)
    if council_id is None:
        raise Http404
    after_commit(tasks.release_council, council_id)
    messages.success(request, _("C’est relancé. Ce qui est déjà parti ne repart pas."))
    return see_other("ops:transfers")


@require_POST
@operators_only
def write_off(request: PersonRequest, claim_id: int) -> HttpResponse:
    """Give up what a council owes after a refund."""
    claim = billing.owed_claim(claim_id)
    if claim is None:
        raise Http404
    form = WriteOffForm(request.POST, auto_id=f"id_{claim_id}_%s")
    if not form.submit(reversal=claim, by=request.user, at=timezone.now()):
        return _transfers_page(request, claim_id, form)
    messages.success(request, _("C’est abandonné\u00a0: le CSE ne le doit plus."))
    return see_other("ops:transfers")


@require_GET
@operators_only
def jobs(request: PersonRequest) -> HttpResponse:
    """Show what failed and can be tried again."""
    return _jobs_page(request, None)


@require_POST
@operators_only
def retry(request: PersonRequest) -> HttpResponse:
    """Try something again that failed."""
    form = RetryForm(request.POST)
    if not form.submit(by=request.user, at=timezone.now()):
        return _jobs_page(request, form)
    messages.success(request, _("C’est relancé."))
    return see_other("ops:jobs")


@require_POST
@operators_only
def end_halt(request: PersonRequest) -> HttpResponse:
    """Speak to Stripe again, now that the key is right."""
    billing_actions.end_halt(by=request.user, at=timezone.now())
    messages.success(request, _("Les appels à Stripe reprennent."))
    return see_other("ops:jobs")


def _jobs_page(request: PersonRequest, form: RetryForm | None) -> HttpResponse:
    now = timezone.now()
    context = {
        "nav": "jobs",
        "now": now,
        "halt": billing.halt_now(),
        "calls": billing.failed_calls(),
        "events": billing.parked_events(),
        "foundings": queries.failed_foundings(at=now),
        "form": form,
    }
    return page(request, "console/jobs.html", context)


def _order_or_404(reference: str) -> billing.OrderView:
    shown = billing.order_of(reference)
    if shown is None:
        raise Http404
    return shown
