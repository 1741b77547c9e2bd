"""Download of a month's papers with their index."""

import datetime as dt

from django.contrib import messages
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from billing.councils.settlement.bundles import bundle
from billing.ledger.queries.accounting import years_of_books
from billing.papers.settlement.rendering import PaperAltered
from saas.accounts.requests import PersonRequest
from saas.console.access import operators_only
from saas.kernel.http import see_other


@require_GET
@operators_only
def month_papers(request: PersonRequest, year: int, month: int) -> HttpResponseBase:
    """Download the papers of a month as a zip; of an altered paper, show its case."""
    if year not in years_of_books():
        raise Http404
    try:
        first = dt.date(year, month, 1)
    except ValueError as error:
        raise Http404 from error
    try:
        found = bundle(first)
    except PaperAltered as altered:
        messages.error(request, altered.sentence)
        return see_other("ops:case", altered.case.reference)
    name = f"pieces-{first:%Y-%m}.zip"
    return FileResponse(found, as_attachment=True, filename=name, content_type="application/zip")
