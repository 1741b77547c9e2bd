"""Members' reports about merchants and ads: the list, and a single subject with its answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.placements.queries.reports import thing_of
from saas.console.access import operators_only
from saas.console.queries import reports as queries
from saas.console.reports.forms import ReportAnswerForm
from saas.kernel.http import page, see_other


@require_GET
@operators_only
def reports(request: PersonRequest) -> HttpResponse:
    """List the pending reports of members, the oldest first, and the last answers."""
    shown = queries.reports_page(request.GET.get("page", "1"))
    context = {"nav": "reports", "shown": shown, "page": shown.page}
    return page(request, "console/reports.html", context)


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def report(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the reports of a merchant or an ad, and save an operator's answer."""
    thing, at = thing_of(reference), timezone.now()
    if thing is None:
        raise Http404
    form = ReportAnswerForm(request.POST if request.method == "POST" else None, thing=thing)
    if form.submit(by=request.user, at=at):
        messages.success(request, _("C’est décidé, les membres concernés sont prévenus."))
        return see_other("ops:reports")
    shown = queries.report_view(thing, at=at)
    return page(request, "console/report.html", {"nav": "reports", "shown": shown, "form": form})
