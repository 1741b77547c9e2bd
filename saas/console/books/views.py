"""Pages of the console about the books: a euro’s way, payments to banks, nightly differences."""

import datetime as dt
import zoneinfo
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import clock
from billing.councils.queries import payouts, trace
from billing.councils.wording import trace as trace_words
from billing.ledger.queries import cases
from billing.models import Order
from saas.accounts.requests import PersonRequest
from saas.console.access import operators_only
from saas.console.books.forms import CloseCaseForm, RedrawForm, RefetchForm
from saas.console.books.period_forms import CorrectCaseForm
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, see_other
from saas.kernel.tasks import after_commit


@require_GET
@operators_only
def follow(request: PersonRequest, reference: str) -> HttpResponse:
    """Follow the money of an order from its merchant to each council and bank."""
    order = Order.objects.filter(reference=reference).first()
    found = trace.trace_of(order) if order else None
    if found is None:
        raise Http404
    context = {
        "nav": "orders",
        "trace": found,
        **trace_words.shown(found),
        "shares": [(share, trace_words.steps_of(share)) for share in found.shares],
        "banks": [trace_words.bank_step(row) for row in found.banks],
    }
    return page(request, "console/trace.html", context)


@require_GET
@operators_only
def bank(request: PersonRequest) -> HttpResponse:
    """List the payments to banks, ours and councils’."""
    whose = request.GET.get("whose", "")
    rows, shown = cases.payouts_page(whose=whose, number=request.GET.get("page", "1"))
    context = {
        "nav": "payouts",
        "rows": rows,
        "page": shown,
        "whose": whose,
        "owners": cases.payout_owners(),
        "reserve_cents": cases.reserve_cents(),
    }
    return page(request, "console/payouts.html", context)


@require_GET
@operators_only
def payout(request: PersonRequest, stripe_id: str) -> HttpResponse:
    """Show the trace of a bank payout back to the merchants that paid."""
    found = payouts.payout_trace(stripe_id)
    if found is None:
        raise Http404
    return page(request, "console/payout.html", {"nav": "payouts", "trace": found})


@require_GET
@operators_only
def reconciliation(request: PersonRequest) -> HttpResponse:
    """Show each night's reconciliation with Stripe, and the cases pending."""
    state = request.GET.get("state", "open")
    rows, shown = cases.cases_page(state=state, number=request.GET.get("page", "1"))
    context = {
        "nav": "reconciliation",
        "nights": cases.nights(),
        "rows": rows,
        "page": shown,
        "state": state,
        "states": trace_words.case_states(),
        "unbooked_cents": cases.unbooked_cents(),
    }
    return page(request, "console/reconciliation.html", context)


@require_POST
@operators_only
def compare(request: PersonRequest) -> HttpResponse:
    """Have the comparison made again, now."""
    after_commit(clock.reconcile_balance)
    messages.success(request, _("La comparaison est lancée. Elle dure quelques secondes."))
    return see_other("ops:reconciliation")


_WISHES: dict[str, tuple[type[ActionForm[Any]], str | Promise]] = {
    "look": (RefetchForm, later("Stripe est relu. Rechargez dans un instant.")),
    "redraw": (RedrawForm, later("Le fichier est refait à l’identique.")),
    "fault": (CorrectCaseForm, later("La correction est proposée. Une autre personne la passe.")),
}


@require_http_methods(["GET", "POST"])
@operators_only
def case(request: PersonRequest, reference: str) -> HttpResponse:
    """Show a difference with both sides, ask Stripe again, and close it with a reason.

    Of a paper that was altered, have its file drawn again.
    """
    found = cases.case_of(reference)
    if found is None:
        raise Http404
    wish = next((name for name in _WISHES if name in request.POST), "")
    make, done = _WISHES.get(wish, (CloseCaseForm, later("Le cas est classé.")))
    form = make(request.POST if request.method == "POST" else None)
    given = {"case": found.row.case, "by": request.user, "at": timezone.now()}
    if form.is_bound and form.submit(**given):
        messages.success(request, str(done))
        return see_other("ops:case", reference) if wish else see_other("ops:reconciliation")
    close = form if isinstance(form, CloseCaseForm) else CloseCaseForm()
    context = {"nav": "reconciliation", "found": found, "form": form, "close": close}
    return page(request, "console/case.html", context)


@require_GET
@operators_only
def ledger(request: PersonRequest) -> HttpResponse:
    """Show each account's balance at the end of a day, and the day's events."""
    zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
    today = timezone.now().astimezone(zone).date()
    day = _day_of(request.GET.get("day", ""), or_else=today)
    end = dt.datetime.combine(day, dt.time.max, tzinfo=zone)
    rows = cases.balance_sheet(end)
    events, shown = cases.events_page(number=request.GET.get("page", "1"), moment=end)
    context = {
        "nav": "ledger",
        "day": day,
        "today": today,
        "rows": rows,
        "sum_cents": sum(row.cents for row in rows),
        "events": events,
        "page": shown,
    }
    return page(request, "console/ledger.html", context)


def _day_of(text: str, *, or_else: dt.date) -> dt.date:
    """Return the day parsed from a text, or `or_else` if it is invalid, before 2000 or later."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return or_else
    return day if dt.date(2000, 1, 1) <= day <= or_else else or_else
