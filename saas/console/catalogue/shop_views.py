"""The letter and the paper of a request to join a shop."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.catalogue.merchants.models import JoinRequest
from saas.catalogue.merchants.queries import team
from saas.console.access import operators_only
from saas.console.catalogue.shop_forms import PostCodeForm
from saas.console.mailings import mailing_of
from saas.kernel.http import see_other
from saas.kernel.uploads import files


@require_POST
@operators_only
@stepup.second_factor
def post_code(request: PersonRequest, reference: str) -> HttpResponse:
    """Begin a code that goes by post; the page then offers its letter."""
    join_request = _request_or_404(reference)
    form = PostCodeForm(request.POST)
    if form.submit(request=join_request, by=request.user, at=timezone.now()):
        messages.success(request, _("La lettre est prête\u00a0: imprimez-la et postez-la."))
    else:
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    return see_other("ops:queue_item", "joins", reference)


@require_GET
@operators_only
def join_mailing(_request: PersonRequest, reference: str) -> HttpResponseBase:
    """Download the letter with the code."""
    join_request = _request_or_404(reference)
    if join_request.posted_at is None:
        raise Http404
    return files.download(mailing_of(join_request), name=f"{reference}.pdf")


@require_GET
@operators_only
def join_paper(_request: PersonRequest, reference: str) -> HttpResponseBase:
    """Download the document that supports a person's claim to a shop."""
    join_request = _request_or_404(reference)
    if not join_request.paper or not default_storage.exists(join_request.paper):
        raise Http404
    with default_storage.open(join_request.paper) as stored:
        return files.download(stored.read(), name=f"{reference}-paper.pdf")


def _request_or_404(reference: str) -> JoinRequest:
    join_request = team.join_request_at(reference)
    if join_request is None:
        raise Http404
    return join_request
