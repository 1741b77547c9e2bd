"""Pages of operators: list, removal, reset of the second factor."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.operators.forms import OperatorForm
from saas.console.queries import operators as queries
from saas.kernel.http import page, see_other


@require_GET
@operators_only
def operators(request: PersonRequest) -> HttpResponse:
    """List the operators."""
    return _operators_page(request, OperatorForm())


@require_POST
@operators_only
@stepup.second_factor
def operator(request: PersonRequest, reference: str) -> HttpResponse:
    """Remove another operator, or their second factor."""
    person = queries.operator_named(reference)
    if person is None:
        raise Http404
    form = OperatorForm(request.POST)
    if not form.submit(of=person, by=request.user, at=timezone.now()):
        return _operators_page(request, form)
    messages.success(request, _("C’est fait."))
    return see_other("ops:operators")


def _operators_page(request: PersonRequest, form: OperatorForm) -> HttpResponse:
    context = {"nav": "operators", "operators": queries.operators(), "form": form}
    return page(request, "console/operators.html", context)
