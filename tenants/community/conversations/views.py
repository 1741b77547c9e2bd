"""Pages of the conversations."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from saas.kernel.http import page, see_other
from tenants.community.conversations import actions, forms, queries
from tenants.spaces.requests import MemberRequest


@require_GET
def inbox(request: MemberRequest) -> HttpResponse:
    """Show one's conversations, the latest word first."""
    context = {"conversations": queries.inbox(request.user), "nav": "inbox"}
    return page(request, "conversations/inbox.html", context)


@require_http_methods(["GET", "POST"])
def detail(request: MemberRequest, reference: str) -> HttpResponse:
    """Show what two people said about a thing, and let one of them go on."""
    conversation = queries.find(reference, viewer=request.user)
    if conversation is None:
        raise Http404
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.AnswerForm(*data, conversation=conversation)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        return see_other(f"{conversation.get_absolute_url()}#last")
    found = queries.detail(conversation, viewer=request.user)
    actions.read(conversation=conversation, by=request.user, at=conversation.last_message_at)
    context = {"detail": found, "form": form, "nav": "inbox"}
    return page(request, "conversations/detail.html", context, partial="messages")


@require_http_methods(["GET", "POST"])
def begin(request: MemberRequest, kind: str, reference: str) -> HttpResponse:
    """Write to a colleague about their thing."""
    subject = queries.subject(kind, reference, viewer=request.user)
    if subject is None:
        raise Http404
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.BeginForm(*data, subject=subject, reference=reference)
    if form.is_bound and (conversation := form.submit(by=request.user, at=timezone.now())):
        return see_other(conversation)
    context = {"form": form, "subject": subject, "first_name": queries.person_of(subject)}
    return page(request, "conversations/begin.html", {**context, "nav": "inbox"})
