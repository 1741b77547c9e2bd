"""Conversations and their messages; only the two of a conversation find it."""

import datetime as dt
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from saas.kernel.database.statements import Given, counted, statement
from saas.kernel.display.people import tone_of
from saas.kernel.people.dealings import Dealing, all_between
from saas.kernel.private_pictures import Photo, photos_of
from tenants.community.conversations import wording
from tenants.community.conversations.models import (
    Block,
    Conversation,
    Meeting,
    Message,
    Picture,
)
from tenants.community.conversations.rules import replies
from tenants.community.conversations.rules import talks as rules
from tenants.spaces.queries.own import own_space

MOST_LISTED = 100
MOST_SHOWN = 200
OPEN_STATES = (Meeting.State.PROPOSED, Meeting.State.ACCEPTED)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class ShownMessage(NamedTuple):
    """A message as its conversation shows it; only its author sees the text of a hidden message."""

    reference: str
    hidden: bool
    text: str
    mine: bool
    when: dt.datetime
    photos: list[Photo]
    waiting: int = 0  # pictures that are being drawn; its author alone hears of them
    unreadable: int = 0


class Blocks(NamedTuple):
    """The blocks between two people."""

    by_other: bool
    by_oneself: bool


class Shown(NamedTuple):
    """A proposal or a meeting as its conversation shows it."""

    moment: dt.datetime
    words: str
    agreed: bool
    mine: bool
    past: bool


class Detail(NamedTuple):
    """All that a conversation's page shows."""

    conversation: Conversation
    thing: hooks.Subject | None
    other: hooks.PersonCard | None
    name: str
    tone: str
    reachable: bool
    messages: list[ShownMessage]
    read_by_other: bool
    own: bool
    answers: list[str]
    answer_key: UUID
    blocks: Blocks
    meetings: list[Shown]
    dealings: list[Dealing]


def find(reference: str, *, viewer: User) -> Conversation | None:
    """Return a conversation if the viewer is a party of it."""
    return conversations_of(viewer).filter(reference=reference).first()


def _shown(conversation: Conversation, viewer: User, *, at: dt.datetime) -> list[Shown]:
    rows = Meeting.objects.filter(conversation=conversation, state__in=OPEN_STATES)
    return [
        Shown(
            moment=row.starts_at,
            words=wording.moment_in_words(row.starts_at),
            agreed=row.state == Meeting.State.ACCEPTED,
            mine=row.proposer_id == viewer.pk,
            past=row.starts_at <= at,
        )
        for row in rows.order_by("state")
    ]


def detail(conversation: Conversation, *, viewer: User, at: dt.datetime) -> Detail:
    """Return the subject and its state, the other person, and the messages."""
    newest = Message.objects.filter(conversation=conversation).order_by("-sent_at", "-pk")
    messages = list(newest[:MOST_SHOWN])[::-1]
    pictures = pictures_of_messages(Q(message__conversation=conversation))
    other = other_of(conversation, viewer)
    card = hooks.cards_of([other.pk]).get(other.pk)
    own = conversation.owner_id == viewer.pk
    other_read = conversation.asker_read_at if own else conversation.owner_read_at
    answers = wording.suggested_answers(own=own)
    last_is_mine = bool(messages) and messages[-1].author_id == viewer.pk
    return Detail(
        conversation=conversation,
        thing=subject(conversation.subject_kind, conversation.subject_reference, viewer=viewer),
        other=card,
        name=card.short_name if card else other.short_name,
        tone=tone_of(other.pk),
        reachable=other.is_active,
        messages=[
            shown_message(message, pictures.get(message.pk, []), own=message.author_id == viewer.pk)
            for message in messages
        ],
        read_by_other=last_is_mine and bool(other_read and other_read >= messages[-1].sent_at),
        own=own,
        answers=[] if last_is_mine else [str(answer) for answer in answers],
        answer_key=uuid4(),
        blocks=blocks_between(viewer, other),
        meetings=_shown(conversation, viewer, at=at),
        dealings=all_between(
            viewer,
            other.pk,
            about=f"{conversation.subject_kind}:{conversation.subject_reference}",
            at=at,
        ),
    )


def shown_message(message: Message, pictures: list[Picture], *, own: bool) -> ShownMessage:
    """Return a message as a participant may read it."""
    hidden = message.hidden_at is not None
    unseen = hidden and not own
    own_pictures = pictures if own else []
    return ShownMessage(
        reference=message.reference,
        hidden=hidden,
        text="" if unseen else message.text,
        mine=own,
        when=message.sent_at,
        photos=[] if unseen else photos_of(pictures),
        waiting=sum(one.state == Picture.State.WAITING for one in own_pictures),
        unreadable=sum(one.state == Picture.State.FAILED for one in own_pictures),
    )


def pictures_of_messages(which: Q) -> dict[int, list[Picture]]:
    """Return the pictures of some messages, by message."""
    by_message: dict[int, list[Picture]] = {}
    for row in Picture.objects.filter(which):
        by_message.setdefault(row.message_id or 0, []).append(row)
    return by_message


def picture_named(token: str, *, viewer: User) -> Picture | None:
    """Return a picture if the viewer is a party of its conversation, or uploaded it."""
    two = Q(message__conversation__asker=viewer) | Q(message__conversation__owner=viewer)
    two &= Q(message__hidden_at=None)
    return private_pictures.named(Picture, token, seen=two, viewer_id=viewer.pk)


def subject(kind: str, reference: str, *, viewer: User) -> hooks.Subject | None:
    """Return the subject of a conversation from the room that has it."""
    return hooks.subject.first(kind, reference, viewer)


def person_of(subject: hooks.Subject) -> str:
    """Return the first name of a subject's owner; empty for an owner in another space."""
    if subject.owner_id is None:
        return ""
    return User.objects.get(pk=subject.owner_id).first_name


def about(kind: str, reference: str, *, asker: User) -> Conversation | None:
    """Return the conversation that a person has already begun about a subject, if any."""
    return Conversation.objects.filter(
        subject_kind=kind, subject_reference=reference, asker=asker
    ).first()


def reply_address(about: str, reader: User, at: dt.datetime) -> str:
    """Return the signed address for a reader's mail replies to their conversation."""
    kind, _colon, reference = about.partition(":")
    found = find(reference, viewer=reader) if kind == "conversation" else None
    if found is None:
        return ""
    until = replies.address_until(at)
    reply = replies.ReplyAddress(own_space().pk, found.pk, reader.pk, until)
    return replies.write_address(reply)


def answering(conversation_id: int, person_id: int) -> tuple[Conversation, User] | None:
    """Return a conversation and the person that replies in it, unless that person has left."""
    person = User.objects.filter(pk=person_id, is_active=True).first()
    found = conversations_of(person).filter(pk=conversation_id).first() if person else None
    return (found, person) if found and person else None


def for_change(conversation_id: int, *, by: User) -> Conversation:
    """Lock and return a conversation, so that its messages are written in sequence."""
    return conversations_of(by).select_for_update(of=("self",)).get(pk=conversation_id)


def message_with_key(key: UUID, *, by: User) -> Message | None:
    """Return the message that a person has already sent with a form's key, if any."""
    return Message.objects.filter(idempotency_key=key, author=by).first()


def other_of(conversation: Conversation, person: User) -> User:
    """Return the other of the two."""
    return conversation.asker if conversation.owner_id == person.pk else conversation.owner


def meeting_of(conversation: Conversation, state: str) -> Meeting | None:
    """Find the open proposal of a conversation, or its meeting."""
    rows = Meeting.objects.filter(conversation=conversation, state=state)
    return rows.select_related("conversation").first()


def open_meetings_of(person: User) -> QuerySet[Meeting]:
    """List the meetings that a person has proposed, was proposed, or has agreed to."""
    own = Q(conversation__asker=person) | Q(conversation__owner=person)
    return Meeting.objects.filter(own, state__in=OPEN_STATES)


def meetings_between(one: User, other: User, *, at: dt.datetime) -> list[Meeting]:
    """List the future meetings agreed between two people."""
    rows = open_meetings_of(one) & open_meetings_of(other)
    rows = rows.filter(state=Meeting.State.ACCEPTED, starts_at__gt=at)
    return list(rows.select_related("conversation").order_by("pk"))


def reservation_of(conversation: Conversation, meeting: Meeting) -> hooks.Reservation:
    """Return the reservation of a meeting: its subject, for the person that asked for it."""
    return hooks.Reservation(
        kind=conversation.subject_kind,
        reference=conversation.subject_reference,
        person_id=conversation.asker_id,
        starts_at=meeting.starts_at,
        key=uuid5(NAMESPACE_OID, f"meeting:{meeting.pk}"),
    )


def blocks_between(person: User, other: User) -> Blocks:
    """Return the blocks between two people in either direction, with a single query."""
    pairs = Q(blocker=person, blocked=other) | Q(blocker=other, blocked=person)
    blockers = set(Block.objects.filter(pairs).values_list("blocker_id", flat=True))
    return Blocks(by_other=other.pk in blockers, by_oneself=person.pk in blockers)


def blocked_by(person: User) -> list[User]:
    """List the people blocked by a person, the latest first."""
    rows = Block.objects.filter(blocker=person).select_related("blocked").order_by("-blocked_at")
    return [row.blocked for row in rows[:MOST_LISTED]]


def blocked_person(reference: str, *, by: User) -> User | None:
    """Return a person by reference if the member has blocked them."""
    found = User.objects.filter(reference=reference)
    return found.filter(pk__in=Block.objects.filter(blocker=by).values("blocked_id")).first()


def rail_counts(person: User, _at: dt.datetime) -> dict[str, int]:
    """Count a person's unread messages; the home page has read them with its own statement."""
    come_along = getattr(person, "today", {})
    if "unread" in come_along:
        return {"unread": come_along["unread"]}
    [unread] = _unread(reader=person)
    return {"unread": unread}


def unread_of(reader: Any) -> Subquery:
    """Return how many messages a member has not read, as a column of another statement."""
    found = Message.objects.filter(unread_by(reader)).order_by()
    return Subquery(found.values_list(counted(F("pk")), flat=True))


@statement
def _unread(reader: Given) -> QuerySet[Message, int]:
    found = Message.objects.filter(unread_by(reader)).order_by()
    return found.values_list(counted(F("pk")), flat=True)


def messages_to_notify() -> QuerySet[Message]:
    """List unread messages to active readers that had no notification since they last read.

    A proposed meeting needs an answer: it is notified regardless of earlier notifications.
    """
    read = Case(
        When(author=F("conversation__asker"), then=F("conversation__owner_read_at")),
        default=F("conversation__asker_read_at"),
    )
    here = Q(conversation__asker__is_active=True, conversation__owner__is_active=True)
    unnotified = Message.objects.filter(here, mailed_at=None).annotate(
        read=Coalesce(read, Value(LONG_AGO), output_field=DateTimeField())
    )
    notified = Message.objects.filter(
        conversation=OuterRef("conversation"),
        author=OuterRef("author"),
        mailed_at__isnull=False,
        sent_at__gt=OuterRef("read"),
    )
    asks = Q(meeting__state=Meeting.State.PROPOSED)
    return unnotified.filter(~Exists(notified) | asks, sent_at__gt=F("read"))


def overdue_messages(*, at: dt.datetime) -> QuerySet[Message]:
    """List messages to notify if their job may have been lost."""
    return messages_to_notify().filter(
        sent_at__lt=at - rules.MAILED_WITHIN, sent_at__gt=at - rules.STILL_WORTH_MAILING
    )


def take_message_to_notify(message_id: int) -> Message | None:
    """Return a message to notify now; a single job at a time for each conversation.

    Only the messages without notification are locked: a mail takes seconds, and the two parties
    continue to write meanwhile.
    """
    unnotified = Message.objects.filter(conversation__messages=message_id, mailed_at=None)
    list(unnotified.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    message = messages_to_notify().filter(pk=message_id)
    return message.select_related(
        "author", "meeting", "conversation", "conversation__asker", "conversation__owner"
    ).first()


def conversations_of(person: User) -> QuerySet[Conversation]:
    """List the conversations of a person, as asker or as owner."""
    two = Q(asker=person) | Q(owner=person)
    return Conversation.objects.filter(two).select_related("asker", "owner")


def unread_by(person: User | Given) -> Q:
    """Return the condition for messages that a person has not read."""
    as_asker = Q(conversation__asker=person) & (
        Q(conversation__asker_read_at=None) | Q(sent_at__gt=F("conversation__asker_read_at"))
    )
    as_owner = Q(conversation__owner=person) & (
        Q(conversation__owner_read_at=None) | Q(sent_at__gt=F("conversation__owner_read_at"))
    )
    return ~Q(author=person) & (as_asker | as_owner)


def blocked_people(blocker: Any) -> QuerySet[Block, int]:
    """Return the ids of the people that a person blocked."""
    return Block.objects.filter(blocker=blocker).values_list("blocked_id", flat=True)


def is_blocked(one_id: int, other_id: int) -> bool:
    """Return True if either person has blocked the other."""
    two = (one_id, other_id)
    return Block.objects.filter(blocker_id__in=two, blocked_id__in=two).exists()
