"""Pages of the console for the accountant: the accounts' file of each year."""

import itertools

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from billing import queries as billing
from billing.papers import fec
from saas.accounts.requests import PersonRequest
from saas.console.doors import operators_only
from saas.kernel.http import page

LINES_AT_ONCE = 500


@require_GET
@operators_only
def accounting(request: PersonRequest) -> HttpResponse:
    """List the years whose accounts can be taken."""
    context = {
        "nav": "accounting",
        "years": [(year, fec.file_name(year)) for year in billing.years_of_books()],
        "this_year": timezone.localdate().year,
    }
    return page(request, "console/accounting.html", context)


@require_GET
@operators_only
def accounts_file(request: PersonRequest, year: int) -> StreamingHttpResponse:  # noqa: ARG001 - any operator
    """Hand out the accounts' file (FEC) of a year, while it is written."""
    if year not in billing.years_of_books():
        raise Http404
    parts = itertools.batched(fec.write(year), LINES_AT_ONCE)
    return StreamingHttpResponse(
        ("".join(lines).encode(fec.ENCODING) for lines in parts),
        content_type=f"text/plain; charset={fec.ENCODING}",
        headers={"Content-Disposition": f'attachment; filename="{fec.file_name(year)}"'},
    )
