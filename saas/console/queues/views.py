"""Pages of the console's queues: the list of a queue, and a row with its two answers."""

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from saas.accounts.requests import PersonRequest
from saas.accounts.sessions import stepup
from saas.console.access import operators_only
from saas.console.queries import queues as queries
from saas.console.queues.registry import queue_of
from saas.console.queues.shapes import Queue
from saas.kernel.forms import ActionForm
from saas.kernel.http import page, see_other

APPROVE = "approve"


@require_GET
@operators_only
def queue(request: PersonRequest, key: str) -> HttpResponse:
    """List a queue's pending rows, the earliest deadline first, and the last answers."""
    found = _queue_or_404(key)
    shown = queries.queue_page(found, request.GET.get("page", "1"))
    context = {"nav": "home", "queue": found, "shown": shown, "page": shown.page}
    return page(request, "console/queue.html", context | {"now": timezone.now()})


@require_http_methods(["GET", "POST"])
@operators_only
@stepup.second_factor
def item(request: PersonRequest, key: str, reference: str) -> HttpResponseBase:
    """Show a row of a queue; approve it, or refuse it with a reason, and go to the next row.

    An answer releases a page, an ad or money: it requires the second factor, which stays valid for
    a quarter of an hour, so that a queue is worked without a pause.
    """
    found = _queue_or_404(key)
    row = found.find(reference)
    if row is None:
        raise Http404
    if request.method == "GET":
        return _item(request, found, row)
    approves = request.POST.get("verdict") == APPROVE
    decide = found.approve if approves else found.refuse
    following = queries.reference_after(found, row)
    form = decide(row, request.POST, by=request.user, at=timezone.now())
    if form.errors:
        return _item(request, found, row, form=form, approves=approves)
    messages.success(request, _("C’est approuvé.") if approves else _("C’est refusé."))
    if following:
        return see_other("ops:queue_item", key, following)
    return see_other(found.page)


def _item(
    request: PersonRequest,
    found: Queue[Any],
    row: Model,
    *,
    form: ActionForm[bool] | None = None,
    approves: bool = False,
) -> HttpResponse:
    shown = queries.item_page(found, row, at=timezone.now())
    context = {
        "nav": "home",
        "now": timezone.now(),
        "queue": found,
        "item": shown,
        "shown": shown.shown,
        "form": form,
        "approve": form if form and approves else found.approve_form(row=row),
        "refuse": form if form and not approves else found.refuse_form(row=row),
    }
    return page(request, "console/queue_item.html", context)


def _queue_or_404(key: str) -> Queue[Any]:
    found = queue_of(key)
    if found is None:
        raise Http404
    return found
