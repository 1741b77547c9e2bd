"""Pages of the console for the accountant: the accounts' file of each year."""

import itertools
import tempfile

from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from billing.ledger.files import fec
from billing.ledger.queries.accounting import years_of_books
from saas.accounts.requests import PersonRequest
from saas.console.access import operators_only
from saas.kernel.http import page

LINES_AT_ONCE = 500
MOST_IN_MEMORY = 4 * 1024 * 1024


@require_GET
@operators_only
def accounting(request: PersonRequest) -> HttpResponse:
    """List the years with an accounting file to download."""
    context = {
        "nav": "accounting",
        "years": [(year, fec.file_name(year)) for year in years_of_books()],
        "this_year": timezone.localdate().year,
    }
    return page(request, "console/accounting.html", context)


@require_GET
@operators_only
def accounts_file(request: PersonRequest, year: int) -> FileResponse:  # noqa: ARG001 - any operator
    """Return the accounting file (FEC) of a year as a download; a long file is spooled to disk."""
    if year not in years_of_books():
        raise Http404
    file = tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    for lines in itertools.batched(fec.write(year), LINES_AT_ONCE):
        file.write("".join(lines).encode(fec.ENCODING))
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=fec.file_name(year),
        content_type=f"text/plain; charset={fec.ENCODING}",
    )
