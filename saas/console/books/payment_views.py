"""Page of the console that settles on paper an amount due to a council without an account."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.councils.queries.paper_payments import payable_of, proposed_payment_of
from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.books.payment_forms import PaperPaymentForm
from saas.console.queries.councils import council_at
from saas.kernel.http import page, see_other
from saas.kernel.uploads import papers
from saas.kernel.web.bodies import takes_files


@require_http_methods(["GET", "POST"])
@takes_files(papers.MOST_BYTES)
@operators_only
@stepup.second_factor
def pay_on_paper(request: PersonRequest, reference: str) -> HttpResponse:
    """Show the amounts that wait for a council's account, and propose to settle them on paper."""
    found = council_at(reference)
    if found is None:
        raise Http404
    payable = payable_of(found, at=timezone.now())
    bound = request.method == "POST"
    form = PaperPaymentForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        initial={"seen_cents": payable.cents},
    )
    given = {"council": found, "by": request.user, "at": timezone.now()}
    if form.is_bound and (entry := form.submit(**given)):
        messages.success(request, _("Le règlement est proposé. Une autre personne le passe."))
        return see_other("ops:manual_entry", entry.reference)
    context = {
        "nav": "spaces",
        "council": found,
        "payable": payable,
        "proposed": proposed_payment_of(found),
        "form": form,
    }
    return page(request, "console/pay_on_paper.html", context)
