"""Page of the console about DAC7: sellers through the platform, and payments to councils."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing.councils.files import dac7 as files
from billing.councils.queries.dac7 import QUARTERS, PaidCouncil, paid_councils
from billing.councils.wording.dac7 import ROLES
from billing.ledger.queries.accounting import years_of_books
from saas.accounts.requests import PersonRequest
from saas.console.access import operators_only
from saas.kernel.errors import Refused
from saas.kernel.http import page, see_other
from saas.kernel.uploads.files import download
from saas.kernel.values import cells


@require_GET
@operators_only
def dac7(request: PersonRequest) -> HttpResponse:
    """Show each kind of people with the reason, and councils' payments by year."""
    years = years_of_books() or [timezone.localdate().year]
    context = {
        "nav": "accounting",
        "roles": ROLES,
        "years": [(year, paid_councils(year)) for year in years],
        "quarters": QUARTERS,
    }
    return page(request, "console/dac7.html", context)


@require_GET
@operators_only
def dac7_sheet(request: PersonRequest, year: int) -> FileResponse:  # noqa: ARG001 - any operator
    """Download the payments to councils in a year, with the fields of a DAC7 report."""
    if year not in years_of_books():
        raise Http404
    columns = [_("nom"), "SIREN", "TVA", _("rue"), _("code postal"), _("ville"), _("pays")]
    for quarter in QUARTERS:
        columns += [f"T{quarter} EUR", f"T{quarter} {_('versements')}"]
    columns += [_("total EUR"), _("à déclarer"), _("motif")]
    rows = [columns, *(_row(one) for one in paid_councils(year))]
    return cells.download(rows, name=f"dac7-{year}")


@require_GET
@operators_only
def dac7_report(
    request: PersonRequest, year: int, *, with_councils: bool = False
) -> HttpResponseBase:
    """Download a year's report as XML: nothing to report, or the councils as sellers."""
    if year not in years_of_books():
        raise Http404
    councils = paid_councils(year) if with_councils else []
    try:
        report = files.write(year, councils, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return see_other("ops:dac7")
    return download(report.content, name=report.name, content_type="application/xml")


def _row(one: PaidCouncil) -> list[str]:
    council = one.council
    address = (council.street, council.postcode, council.city)
    names = (council.name, council.siren, council.vat_number, *address)
    sums = [
        text
        for cents, payments in zip(one.cents, one.payments, strict=True)
        for text in (cells.amount(cents), str(payments))
    ]
    role = ROLES[1]
    why = f"{role.why} {role.source}"
    return [
        *map(cells.text, names),
        "FR",
        *sums,
        cells.amount(one.total_cents),
        _("non"),
        cells.text(why),
    ]
