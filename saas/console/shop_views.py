"""The letter and the paper of a request to join a shop."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saas.accounts.requests import PersonRequest
from saas.catalogue.merchants import queries
from saas.catalogue.merchants.models import JoinRequest
from saas.console.access import operators_only
from saas.console.mailings import mailing_of
from saas.console.shop_forms import PostCodeForm
from saas.kernel.http import see_other
from saas.kernel.uploads import files


@require_POST
@operators_only
def post_code(request: PersonRequest, reference: str) -> HttpResponse:
    """Begin a code that goes by post; the page then offers its letter."""
    asked = _asked_or_404(reference)
    form = PostCodeForm(request.POST)
    if form.submit(request=asked, by=request.user, at=timezone.now()):
        messages.success(request, _("La lettre est prête\u00a0: imprimez-la et postez-la."))
    else:
        messages.error(request, " ".join(map(str, form.non_field_errors())))
    return see_other("ops:queue_item", "joins", reference)


@require_GET
@operators_only
def join_mailing(_request: PersonRequest, reference: str) -> HttpResponseBase:
    """Download the letter with the code."""
    asked = _asked_or_404(reference)
    if asked.posted_at is None:
        raise Http404
    return files.download(mailing_of(asked), name=f"{reference}.pdf")


@require_GET
@operators_only
def join_paper(_request: PersonRequest, reference: str) -> HttpResponseBase:
    """Download the paper by which a person shows that a shop is theirs."""
    asked = _asked_or_404(reference)
    if not asked.paper or not default_storage.exists(asked.paper):
        raise Http404
    with default_storage.open(asked.paper) as stored:
        return files.download(stored.read(), name=f"{reference}-paper.pdf")


def _asked_or_404(reference: str) -> JoinRequest:
    asked = queries.join_request_at(reference)
    if asked is None:
        raise Http404
    return asked
