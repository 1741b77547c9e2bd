"""The mandate of a council: the minutes of its election, and the answer of an operator."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saas.kernel.http import page, see_other
from saas.kernel.uploads import papers
from saas.kernel.web.bodies import takes_files
from tenants.community.council.forms.mandate import MandateForm
from tenants.community.council.queries import mandates as queries
from tenants.community.council.views import scope
from tenants.spaces.requests import MemberRequest


@require_GET
def mandate(request: MemberRequest) -> HttpResponse:
    """Show the status of each council's mandate, with a form for its minutes."""
    return _page(request)


@takes_files(papers.MOST_BYTES)
@require_POST
def submit(request: MemberRequest, reference: str) -> HttpResponse:
    """Submit the minutes of a council's election."""
    council = scope.read_council(request, reference)
    form = MandateForm(
        request.POST,
        request.FILES,
        candidates=queries.candidates_of(council.company_id),
        auto_id=f"id_{reference}_%s",
    )
    if form.submit(council=council, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est déposé. Troovon le lit et vous répond par e-mail."))
        return see_other("council:mandate")
    return _page(request, reference, form)


def _page(
    request: MemberRequest, reference: str = "", form: MandateForm | None = None
) -> HttpResponse:
    desks = scope.read_desks(scope.duties_of(request))
    cards = [
        (
            card,
            form
            if form and card.desk.council.reference == reference
            else MandateForm(
                candidates=card.candidates, auto_id=f"id_{card.desk.council.reference}_%s"
            ),
        )
        for card in queries.cards(desks, at=timezone.now())
    ]
    return page(request, "council/mandate.html", {"nav": "mandate", "cards": cards, "form": form})
