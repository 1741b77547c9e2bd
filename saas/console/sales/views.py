"""Pages of the console: the capacity calendar, categories, campaigns that deliver too little."""

import datetime as dt

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from saas.accounts.requests import PersonRequest
from saas.catalogue.placements.queries.slow import LEAST_BP, last_working_day
from saas.console.access import operators_only
from saas.console.queries import asked
from saas.console.sales import deliveries as slow
from saas.console.sales import queries
from saas.kernel.http import page


@require_GET
@operators_only
def capacity(request: PersonRequest) -> HttpResponse:
    """Show the places sold against capacity, by space, slot and day, and the reach of spaces."""
    now = timezone.now()
    question = asked.asked_of(request.GET)
    first = queries.first_day(request.GET.get("from", ""), at=now)
    spaces, shown = queries.capacity_page(question.words, question.number, first, at=now)
    step = dt.timedelta(days=queries.DAYS)
    context = {
        "nav": "capacity",
        "asked": question,
        "spaces": spaces,
        "page": shown,
        "first": first,
        "last": first + step - dt.timedelta(days=1),
        "earlier": (first - step).isoformat(),
        "later": (first + step).isoformat(),
        "categories": queries.categories(at=now),
    }
    return page(request, "console/capacity.html", context)


@require_GET
@operators_only
def deliveries(request: PersonRequest) -> HttpResponse:
    """List the campaigns that too few members see, each with what to do."""
    now = timezone.now()
    rows, shown = slow.slow_page(request.GET.get("page", "1"), at=now)
    context = {
        "nav": "deliveries",
        "rows": rows,
        "page": shown,
        "day": last_working_day(now),
        "least_percent": LEAST_BP // 100,
    }
    return page(request, "console/deliveries.html", context)
