"""Conversations of the member: read, write, mark as read, block, agree on a meeting."""

import datetime as dt
import uuid
from typing import Any, cast

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging, pictures, times
from api.errors import those
from api.paging import PageBase, PageQuery
from api.people import Author, Named
from api.pictures import PictureOut
from api.resources import Resource
from saas.accounts.models import User, as_any
from saas.kernel import hooks
from tenants.community.conversations import actions, forms
from tenants.community.conversations.models import Conversation, Meeting
from tenants.community.conversations.queries import inbox as inbox_queries
from tenants.community.conversations.queries import talks as talk_queries
from tenants.community.conversations.rules import talks as rules

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^CO-"
)


class MeetingOut(serializers.Serializer[Any]):
    """A meeting proposed by a participant, or agreed between both."""

    conversation = serializers.CharField(source="conversation.reference")
    starts_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=Meeting.State.choices)
    mine = serializers.SerializerMethodField(help_text="Proposé par vous : à l’autre de répondre")

    def get_mine(self, meeting: Meeting) -> bool:
        """Return whether the reader proposed it."""
        return bool(meeting.proposer_id == self.context["person"].pk)


class ConversationOut(serializers.Serializer[Any]):
    """A conversation about a thing, as its participant sees it."""

    reference = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    subject_kind = serializers.CharField()
    subject_reference = serializers.CharField()
    subject_title = serializers.CharField()
    own = serializers.SerializerMethodField(help_text="La chose est à vous")
    other = serializers.SerializerMethodField()
    begun_at = serializers.DateTimeField()
    last_message_at = serializers.DateTimeField()
    last_words = serializers.SerializerMethodField()
    unread = serializers.IntegerField()
    meetings = serializers.SerializerMethodField()

    def get_own(self, conversation: Conversation) -> bool:
        """Return whether the thing is the reader's."""
        return bool(conversation.owner_id == self.context["person"].pk)

    def get_last_words(self, conversation: Any) -> str:
        """Return the text of the last message not hidden."""
        return conversation.text or ""

    @extend_schema_field(Author(allow_null=True))
    def get_other(self, conversation: Conversation) -> Any:
        """Return the other participant's card, or None if they have left."""
        card = self.context["cards"].get(_other_id(conversation, self.context["person"]))
        return Author(card).data if card else None

    @extend_schema_field(MeetingOut(many=True))
    def get_meetings(self, conversation: Conversation) -> Any:
        """Return the proposed and agreed meetings."""
        rows = self.context["meetings"].get(conversation.pk, [])
        return MeetingOut(rows, many=True, context=self.context).data


class MessageOut(serializers.Serializer[Any]):
    """A message; the text of a hidden message is shown to its author only."""

    reference = serializers.CharField()
    text = serializers.CharField()
    mine = serializers.BooleanField()
    hidden = serializers.BooleanField()
    sent_at = serializers.DateTimeField(source="when")
    pictures = PictureOut(source="photos", many=True)


@extend_schema_serializer(many=False)
class ConversationPage(PageBase):
    """A page of the member's conversations."""

    results = ConversationOut(many=True)


@extend_schema_serializer(many=False)
class MessagePage(PageBase):
    """Some of the messages."""

    results = MessageOut(many=True)


@extend_schema_serializer(many=False)
class MeetingPage(PageBase):
    """A page of the member's meetings."""

    results = MeetingOut(many=True)


class MomentIn(serializers.Serializer[Any]):
    """A quarter of an hour of the coming weeks, on the clock of the space."""

    day = times.DayIn(
        required=False,
        default=None,
        allow_null=True,
        help_text="Vide : la prochaine fois qu’il est cette heure",
    )
    time = times.HourField(help_text="12:30")

    def moment(self, *, at: dt.datetime) -> dt.datetime:
        """Return the moment."""
        return _moment(self.validated_data, at=at)


class Written(serializers.Serializer[Any]):
    """A message to write."""

    text = serializers.CharField(max_length=rules.LONGEST)
    key = serializers.UUIDField(
        required=False, default=None, allow_null=True, help_text="La même clé n’écrit qu’une fois"
    )


class Answered(pictures.PicturesIn, Written):
    """A reply in a conversation; it may consist of pictures only."""

    text = serializers.CharField(
        max_length=rules.LONGEST, required=False, default="", allow_blank=True
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raise ValidationError if the message has neither text nor pictures."""
        if not (attrs["text"] or attrs["pictures"]):
            raise serializers.ValidationError({"text": [_("Écrivez quelques mots.")]})
        return attrs


class Begun(Written):
    """A first message about a thing, perhaps with a moment to meet."""

    subject_kind = serializers.RegexField(r"^[a-z-]{1,20}$", help_text="classified, thing, …")
    subject_reference = serializers.RegexField(r"^[A-Z0-9-]{1,12}$")
    meeting = MomentIn(required=False, default=None, allow_null=True)

    def save_as(self, person: User) -> Conversation:
        """Write it. Raises Http404 for a thing that the person does not see."""
        fields, at = self.validated_data, timezone.now()
        kind, reference = fields["subject_kind"], fields["subject_reference"]
        subject = talk_queries.subject(kind, reference, viewer=person)
        if subject is None or not subject.writable:
            raise Http404
        meeting = fields["meeting"]
        starts_at = None if meeting is None else _moment(meeting, at=at)
        forms.check_pace_of_beginning(person)
        return actions.begin(
            subject=subject,
            reference=reference,
            text=fields["text"],
            starts_at=starts_at,
            key=cast("uuid.UUID | None", fields["key"]),
            by=person,
            at=at,
        )


class ReadUntil(serializers.Serializer[Any]):
    """The moment until which the conversation was read; empty for all of it."""

    until = times.MomentIn(required=False, default=None, allow_null=True)


class Conversations(Resource):
    """Messages between the member and a colleague; private to the two."""

    scope = "conversations"

    @extend_schema(parameters=[PageQuery], responses={200: ConversationPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List the member's conversations, the latest message first."""
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        person = as_any(request.user)
        page = paging.cut(request, query, inbox_queries.listing(person))
        return paging.answer(request, page, _written(page.rows, person))

    @extend_schema(parameters=[REFERENCE], responses={200: ConversationOut, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read a conversation with its proposed and agreed meetings."""
        return Response(_whole(request, reference))

    @extend_schema(request=Begun, responses={201: ConversationOut, **those(400, 403, 404, 422)})
    def create(self, request: Request) -> Response:
        """Write to a colleague about their thing; a second call continues the same conversation."""
        begun = Begun(data=request.data)
        begun.is_valid(raise_exception=True)
        conversation = begun.save_as(as_any(request.user))
        return Response(_whole(request, conversation.reference), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[REFERENCE, PageQuery], responses={200: MessagePage, **those(400, 403, 404)}
    )
    @action(detail=True, methods=["get"], **pictures.WITH_WORDS)
    def messages(self, request: Request, reference: str) -> Response:
        """List the messages, the latest first; listing does not mark them as read."""
        conversation, person = _found(request, reference), as_any(request.user)
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = paging.cut(request, query, inbox_queries.messages_in(conversation))
        sent = talk_queries.pictures_of_messages(Q(message__in=[row.pk for row in page.rows]))
        messages = [
            talk_queries.shown_message(row, sent.get(row.pk, []), own=row.author_id == person.pk)
            for row in page.rows
        ]
        return paging.answer(request, page, MessageOut(messages, many=True).data)

    @extend_schema(
        parameters=[REFERENCE],
        request={"application/json": Written, "multipart/form-data": Answered},
        responses={201: MessageOut, **those(400, 403, 404, 422)},
    )
    @messages.mapping.post
    def write(self, request: Request, reference: str) -> Response:
        """Write a message; its pictures are shown once they were drawn in our sizes."""
        conversation, answered = _found(request, reference), Answered(data=request.data)
        answered.is_valid(raise_exception=True)
        fields, by, at = answered.validated_data, as_any(request.user), timezone.now()
        forms.check_pace(by)
        drafts = pictures.drafts(fields.pop("pictures"), actions.receive_picture, by=by, at=at)
        message = actions.send(conversation=conversation, pictures=drafts, **fields, by=by, at=at)
        answer = MessageOut(talk_queries.shown_message(message, [], own=True)).data
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[REFERENCE],
        request=ReadUntil,
        responses={200: ConversationOut, **those(400, 403, 404)},
    )
    @action(detail=True, methods=["post"])
    def read(self, request: Request, reference: str) -> Response:
        """Mark the conversation as read up to a moment; an earlier moment changes nothing."""
        conversation, read = _found(request, reference), ReadUntil(data=request.data)
        read.is_valid(raise_exception=True)
        last = conversation.last_message_at
        until = min(read.validated_data["until"] or last, last)
        actions.read(conversation=conversation, by=as_any(request.user), at=until)
        return Response(_whole(request, reference))

    @extend_schema(responses={200: Named(many=True), **those(403)})
    @action(detail=False, methods=["get"])
    def blocked(self, request: Request) -> Response:
        """List the people blocked by the member."""
        return Response(Named(talk_queries.blocked_by(as_any(request.user)), many=True).data)

    @extend_schema(parameters=[REFERENCE], request=None, responses={204: None, **those(403, 404)})
    @action(detail=True, methods=["post"])
    def block(self, request: Request, reference: str) -> Response:
        """Read nothing more from the other, in any conversation; twice is once."""
        conversation = _found(request, reference)
        actions.block(conversation=conversation, by=as_any(request.user), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(parameters=[REFERENCE], request=None, responses={204: None, **those(403, 404)})
    @action(detail=True, methods=["post"])
    def unblock(self, request: Request, reference: str) -> Response:
        """Let the other write again."""
        conversation, person = _found(request, reference), as_any(request.user)
        other = talk_queries.other_of(conversation, person)
        actions.unblock(person=other, by=person, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        parameters=[REFERENCE],
        request=MomentIn,
        responses={200: ConversationOut, **those(400, 403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, reference: str) -> Response:
        """Propose a meeting; it replaces the previous proposal."""
        conversation, person = _found(request, reference), as_any(request.user)
        wish, at = MomentIn(data=request.data), timezone.now()
        wish.is_valid(raise_exception=True)
        forms.check_pace(person)
        moment = wish.moment(at=at)
        actions.propose(conversation=conversation, starts_at=moment, by=person, at=at)
        return Response(_whole(request, reference))

    @extend_schema(
        parameters=[REFERENCE],
        request=None,
        responses={200: ConversationOut, **those(403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, reference: str) -> Response:
        """Agree to the moment that waits; the thing is reserved at once."""
        return _answered(request, reference, "accept")

    @extend_schema(
        parameters=[REFERENCE],
        request=None,
        responses={200: ConversationOut, **those(403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, reference: str) -> Response:
        """Decline the open proposal; a meeting agreed before remains valid."""
        return _answered(request, reference, "refuse")

    @extend_schema(
        parameters=[REFERENCE],
        request=None,
        responses={200: ConversationOut, **those(403, 404, 422)},
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, reference: str) -> Response:
        """Cancel the agreed meeting and release the reservation, or withdraw an own proposal."""
        return _answered(request, reference, "cancel")


class Meetings(Resource):
    """Meetings with colleagues, from all of the member's conversations."""

    scope = "conversations"

    @extend_schema(parameters=[PageQuery], responses={200: MeetingPage, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """List proposed and agreed meetings, the earliest first."""
        query = PageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        person = as_any(request.user)
        page = paging.cut(request, query, inbox_queries.meetings(person))
        meetings = MeetingOut(page.rows, many=True, context={"person": person}).data
        return paging.answer(request, page, meetings)


def _answered(request: Request, reference: str, word: str) -> Response:
    conversation, person = _found(request, reference), as_any(request.user)
    forms.check_pace(person)
    act = forms.AnswerMeetingForm.ACTS[word]
    act(conversation=conversation, by=person, at=timezone.now())
    return Response(_whole(request, reference))


def _found(request: Request, reference: str) -> Conversation:
    conversation = talk_queries.find(reference, viewer=as_any(request.user))
    if conversation is None:
        raise Http404
    return conversation


def _whole(request: Request, reference: str) -> Any:
    person = as_any(request.user)
    rows = list(inbox_queries.listing(person).filter(reference=reference))
    if not rows:
        raise Http404
    return _written(rows, person)[0]


def _written(rows: list[Conversation], person: User) -> list[Any]:
    context = {
        "person": person,
        "cards": hooks.cards_of(_other_id(row, person) for row in rows),
        "meetings": inbox_queries.meetings_by_conversation(rows, person),
    }
    return list(ConversationOut(rows, many=True, context=context).data)


def _moment(fields: Any, *, at: dt.datetime) -> dt.datetime:
    """Return the moment that a day and an hour name on the clock of the space."""
    return rules.meeting_at(fields["day"], fields["time"].replace(tzinfo=None), at=at)


def _other_id(conversation: Conversation, person: User) -> int:
    return talk_queries.other_of(conversation, person).pk
