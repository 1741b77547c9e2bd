"""Pages of the neighbours' items, and of the treaties that open them."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.kernel import hooks
from saas.kernel.http import page, see_other
from tenants.community.treaties import actions, rules
from tenants.community.treaties.forms import treaties as forms
from tenants.community.treaties.queries import board as board_queries
from tenants.community.treaties.queries import threads
from tenants.community.treaties.queries import treaties as treaty_queries
from tenants.spaces.requests import MemberRequest


@require_GET
def board(request: MemberRequest) -> HttpResponse:
    """Show the neighbours' items, filtered by the query string."""
    form = forms.FilterForm(request.GET)
    filters = form.filters()
    found = board_queries.board(filters, at=timezone.now(), number=form.number())
    decides = not found.linked and _decides(request)
    context = {"nav": "neighbours", "board": found, "filters": filters, "decides": decides}
    return page(request, "treaties/board.html", context)


@require_http_methods(["GET", "POST"])
def detail(request: MemberRequest, space: str, reference: str) -> HttpResponse:
    """Show a neighbour's item, and let a member write to its author."""
    now = timezone.now()
    found = board_queries.find(space, reference, viewer=request.user, at=now)
    if found is None:
        raise Http404
    item, clause = found
    data = request.POST if request.method == "POST" else None
    form = forms.QuestionForm(data, item=item, clause=clause)
    if sent := form.submit(by=request.user, at=now):
        messages.success(request, _("Votre message est parti. La réponse viendra ici."))
        return see_other("treaties:thread", sent.thread)
    shown = board_queries.detail(found, viewer=request.user)
    context = {"nav": "neighbours", "found": shown, "form": form}
    return page(request, "treaties/detail.html", context)


@require_http_methods(["GET", "POST"])
def thread(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a member's exchange with a person of another space, and send a message in it."""
    now = timezone.now()
    last = threads.latest_in(reference, person=request.user)
    if last is None:
        raise Http404
    form = forms.AnswerForm(request.POST if request.method == "POST" else None)
    if form.submit(thread=reference, by=request.user, at=now):
        return see_other("treaties:thread", reference)
    if request.method == "GET":
        actions.mark_read(thread=reference, by=request.user, at=now)
    url = board_queries.item_url(last, viewer=request.user, at=now)
    found = threads.page(reference, viewer=request.user, item_url=url)
    context = {"nav": "inbox", "thread": found, "form": form}
    return page(request, "treaties/thread.html", context, partial="messages")


@require_POST
def close(request: MemberRequest, reference: str) -> HttpResponse:
    """End a member's exchange with a person of another space."""
    if threads.latest_in(reference, person=request.user) is None:
        raise Http404
    if forms.CloseForm(request.POST).submit(thread=reference, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est fait : ses messages ne vous parviendront plus."))
    return see_other("treaties:thread", reference)


@require_GET
def picture(request: MemberRequest, token: str) -> HttpResponseBase:
    """Hand out the copied picture of a thing, for as long as its space shows it to us."""
    name = board_queries.picture_shown(token, viewer=request.user, at=timezone.now())
    if not name:
        raise Http404
    response = FileResponse(default_storage.open(name), content_type="image/webp")
    response["Cache-Control"] = "private, no-cache"
    return response


@require_http_methods(["GET", "POST"])
def treaties(request: MemberRequest) -> HttpResponse:
    """Show this space's treaties, and propose a treaty."""
    rules.check_decides(hooks.duties_of(request.user))
    form = forms.TreatyForm(request.POST if request.method == "POST" else None)
    if reference := form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("C’est proposé. L’autre espace en est prévenu."))
        return see_other("treaties:treaty", reference)
    context = {"nav": "treaties", "treaties": treaty_queries.listed_treaties(), "form": form}
    return page(request, "treaties/treaties.html", context)


@require_http_methods(["GET", "POST"])
def treaty(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a treaty with the items visible to each side, and decide it."""
    rules.check_decides(hooks.duties_of(request.user))
    own = treaty_queries.treaty(reference)
    if own is None:
        raise Http404
    form = forms.VerdictForm(request.POST if request.method == "POST" else None)
    if form.submit(reference=reference, by=request.user, at=timezone.now()):
        messages.success(request, _("C’est fait. L’autre espace en est prévenu."))
        return see_other("treaties:treaty", reference)
    context = {
        "nav": "treaties",
        "form": form,
        **treaty_queries.treaty_page(own, at=timezone.now()),
    }
    return page(request, "treaties/treaty.html", context)


def _decides(request: MemberRequest) -> bool:
    return rules.ADMINISTRATOR in hooks.duties_of(request.user)
