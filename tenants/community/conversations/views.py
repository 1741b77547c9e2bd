"""Pages of the conversations."""

from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saas.kernel import private_pictures, schema
from saas.kernel.http import page, see_other
from saas.kernel.uploads import pictures
from saas.kernel.uploads.picture_forms import MOST_PICTURES
from saas.kernel.web.bodies import MEGABYTE, takes_files
from tenants.community.conversations import actions, forms, gateway
from tenants.community.conversations.models import Conversation, Meeting
from tenants.community.conversations.queries import calendar as calendar_queries
from tenants.community.conversations.queries import inbox as inbox_queries
from tenants.community.conversations.queries import talks as talk_queries
from tenants.community.conversations.rules import replies
from tenants.spaces import calendars
from tenants.spaces.queries.addresses import open_schema
from tenants.spaces.requests import MemberRequest

LARGEST_MAIL = 36 * MEGABYTE  # providers take up to 25 MB, and write files in base64


@csrf_exempt
@login_not_required
@takes_files(LARGEST_MAIL)
@require_POST
def inbound(request: HttpRequest) -> HttpResponseBase:
    """Receive replies by mail from our provider, on the public host; 404 without a provider."""
    if not settings.INBOUND_MAIL:
        raise Http404
    return gateway.answer(request, settings.INBOUND_MAIL)


def take_inbound(event: Any, **_signal: Any) -> None:
    """Deliver a mail to the space in its address; drop mails with a forged address."""
    inbound = gateway.read_mail(event.message)
    if inbound is None or inbound.is_automatic:
        return
    reply = replies.read_address(inbound.recipients)
    name = open_schema(reply.tenant_id) if reply else None
    if reply and name:
        with schema.crossing(name):
            forms.receive_mail(inbound, reply, at=timezone.now())


@require_GET
def inbox(request: MemberRequest) -> HttpResponse:
    """Show the member's conversations, the latest message first."""
    context = {"conversations": inbox_queries.inbox(request.user), "nav": "inbox"}
    return page(request, "conversations/inbox.html", context)


@takes_files(MOST_PICTURES * pictures.MOST_BYTES)
@require_http_methods(["GET", "POST"])
def detail(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a conversation and its form for a reply."""
    conversation = _found(request, reference)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.AnswerForm(*data, conversation=conversation, person=request.user)
    if form.is_bound and form.submit(by=request.user, at=timezone.now()):
        return see_other(f"{conversation.get_absolute_url()}#last")
    return _page(request, conversation, form=form)


@require_http_methods(["GET", "POST"])
def propose(request: MemberRequest, reference: str) -> HttpResponse:
    """Propose a meeting, or another time for it; a reload redirects to the conversation."""
    conversation = _found(request, reference)
    if request.method != "POST":
        return redirect(conversation)
    form = forms.MeetingForm(request.POST, conversation=conversation)
    if form.submit(by=request.user, at=timezone.now()):
        messages.success(request, _("Le moment est proposé."))
        return see_other(f"{conversation.get_absolute_url()}#last")
    return _page(request, conversation, meeting_form=form)


@require_http_methods(["GET", "POST"])
def answer(request: MemberRequest, reference: str) -> HttpResponse:
    """Accept, refuse or cancel a meeting; a reload redirects to the conversation."""
    conversation = _found(request, reference)
    if request.method != "POST":
        return redirect(conversation)
    form = forms.AnswerMeetingForm(request.POST, conversation=conversation)
    if form.submit(by=request.user, at=timezone.now()):
        return see_other(f"{conversation.get_absolute_url()}#last")
    return _page(request, conversation, answer_form=form)


@require_GET
def event(request: MemberRequest, reference: str) -> HttpResponse:
    """Hand out the moment on which the two have agreed, for a calendar."""
    meeting = talk_queries.meeting_of(_found(request, reference), Meeting.State.ACCEPTED)
    if meeting is None:
        raise Http404
    return calendars.answer(calendar_queries.calendar_entry(meeting))


@require_POST
def block(request: MemberRequest, reference: str) -> HttpResponse:
    """Read nothing more from the other of a conversation."""
    conversation = _found(request, reference)
    actions.block(conversation=conversation, by=request.user, at=timezone.now())
    messages.success(request, _("Cette personne ne peut plus vous écrire."))
    return see_other("conversations:blocked")


@require_GET
def blocked(request: MemberRequest) -> HttpResponse:
    """Show the people that the member has blocked."""
    context = {"people": talk_queries.blocked_by(request.user), "nav": "inbox"}
    return page(request, "conversations/blocked.html", context)


@require_POST
def unblock(request: MemberRequest, reference: str) -> HttpResponse:
    """Unblock a person, so that they can write again."""
    person = talk_queries.blocked_person(reference, by=request.user)
    if person is None:
        raise Http404
    actions.unblock(person=person, by=request.user, at=timezone.now())
    messages.success(request, _("Cette personne peut de nouveau vous écrire."))
    return see_other("conversations:blocked")


@require_GET
def picture(request: MemberRequest, token: str, width: int) -> HttpResponseBase:
    """Return a picture in the given width to a party of its conversation."""
    return private_pictures.answer(talk_queries.picture_named(token, viewer=request.user), width)


@require_http_methods(["GET", "POST"])
def begin(request: MemberRequest, kind: str, reference: str) -> HttpResponse:
    """Write to a colleague about their thing."""
    subject = talk_queries.subject(kind, reference, viewer=request.user)
    if subject is None or not subject.writable:
        raise Http404
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.BeginForm(*data, subject=subject, reference=reference)
    if form.is_bound and (conversation := form.submit(by=request.user, at=timezone.now())):
        return see_other(conversation)
    context = {"form": form, "subject": subject, "first_name": talk_queries.person_of(subject)}
    return page(request, "conversations/begin.html", {**context, "nav": "inbox"})


def _found(request: MemberRequest, reference: str) -> Conversation:
    conversation = talk_queries.find(reference, viewer=request.user)
    if conversation is None:
        raise Http404
    return conversation


def _page(
    request: MemberRequest, conversation: Conversation, **bound: django_forms.Form
) -> HttpResponse:
    """Show a conversation, with a form of it that was refused."""
    found = talk_queries.detail(conversation, viewer=request.user, at=timezone.now())
    actions.read(conversation=conversation, by=request.user, at=conversation.last_message_at)
    fresh = {
        "form": forms.AnswerForm(conversation=conversation, person=request.user),
        "meeting_form": forms.MeetingForm(conversation=conversation),
    }
    context = {"detail": found, "nav": "inbox", **fresh, **bound}
    return page(request, "conversations/detail.html", context, partial="messages")
