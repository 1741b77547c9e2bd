"""Actions of two colleagues in a conversation."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import cache, hooks, private_pictures
from saas.kernel.errors import Refused
from saas.kernel.notifying import settle
from saas.kernel.tasks import after_commit
from saas.kernel.uploads.picture_forms import MOST_PICTURES
from tenants.community.conversations import notifications, tasks, wording
from tenants.community.conversations.models import Block, Conversation, Meeting, Message, Picture
from tenants.community.conversations.queries import talks as queries
from tenants.community.conversations.rules import replies
from tenants.community.conversations.rules import talks as rules

State = Meeting.State
MOST_AT_ONCE = 500
A_DAY = 24 * 3600


@transaction.atomic
def begin(
    *,
    subject: hooks.Subject,
    reference: str,
    text: str,
    starts_at: dt.datetime | None = None,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Conversation:
    """Send the owner of a subject a message, optionally with a proposed meeting time.

    A second message continues the same conversation.
    """
    owner_id = rules.check_not_own(subject.owner_id, by.pk)
    conversation = queries.about(subject.kind, reference, asker=by)
    if conversation is None:
        rules.check_may_begin(is_open=subject.open)
        conversation, _made = Conversation.objects.get_or_create(
            subject_kind=subject.kind,
            subject_reference=reference,
            asker=by,
            defaults={
                "owner_id": owner_id,
                "subject_title": subject.title,
                "begun_at": at,
                "last_message_at": at - dt.timedelta(microseconds=1),
            },
        )
    conversation = queries.for_change(conversation.pk, by=by)
    already = queries.message_with_key(key, by=by) if key else None
    if already is None:
        meeting = _propose(conversation, starts_at, by=by, at=at) if starts_at else None
        words = wording.with_proposal(rules.checked(text), starts_at)
        _say(conversation, words, meeting=meeting, key=key, by=by, at=at)
    return conversation


@transaction.atomic
def send(
    *,
    conversation: Conversation,
    text: str,
    pictures: Sequence[Picture] = (),
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Message:
    """Write a message and have the other told; the same key a second time changes nothing."""
    conversation = queries.for_change(conversation.pk, by=by)
    already = queries.message_with_key(key, by=by) if key else None
    if already is not None:
        return already
    message = _say(conversation, rules.words_of(text, pictures), key=key, by=by, at=at)
    for position, picture in enumerate(pictures):
        picture.message = message
        picture.position = position
        picture.save(update_fields=["message", "position"])
    return message


@transaction.atomic
def send_inbound_mail(
    *,
    inbound: replies.InboundMail,
    conversation: Conversation,
    key: UUID,
    by: User,
    at: dt.datetime,
) -> list[str]:
    """Turn a mail into a message, once; return the names of files that did not come along."""
    conversation = queries.for_change(conversation.pk, by=by)
    if queries.message_with_key(key, by=by) is not None:
        return []
    pictures: list[Picture] = []
    left_out = [str(file.name) for file in inbound.files[MOST_PICTURES:]]
    for file in inbound.files[:MOST_PICTURES]:
        try:
            with transaction.atomic():
                pictures.append(receive_picture(upload=file, by=by, at=at))
        except Refused:
            left_out.append(str(file.name))
    send(
        conversation=conversation,
        text=replies.own_words(inbound.text),
        pictures=pictures,
        key=key,
        by=by,
        at=at,
    )
    return left_out


@transaction.atomic
def warn_sender(
    *, sentence: str, conversation: Conversation, key: UUID, by: User, at: dt.datetime
) -> None:
    """Queue a single mail to a sender with the reason why mail or attachment was refused."""
    if cache.claimed(f"reply:{key}:{at.date()}", seconds=A_DAY):
        after_commit(tasks.mail_reply_warning, conversation.pk, by.pk, sentence)


@transaction.atomic
def receive_picture(*, upload: private_pictures.Upload, by: User, at: dt.datetime) -> Picture:
    """Keep a picture as its uploader's draft; a job re-encodes it and deletes the original."""
    picture = private_pictures.receive(Picture, upload, uploader_id=by.pk, at=at)
    after_commit(tasks.prepare_picture, picture.pk)
    return picture


@transaction.atomic
def forget_drafts(*, at: dt.datetime) -> int:
    """Delete old pictures of unsent messages and return their number. Called by the clock only."""
    old = list(private_pictures.old_drafts(Picture, at=at)[:MOST_AT_ONCE])
    for picture in old:
        after_commit(tasks.delete_files, picture.name)
        picture.delete()
    return len(old)


@transaction.atomic
def propose(
    *, conversation: Conversation, starts_at: dt.datetime, by: User, at: dt.datetime
) -> Meeting:
    """Propose a time to meet; it replaces an earlier proposal of either party."""
    conversation = queries.for_change(conversation.pk, by=by)
    meeting = _propose(conversation, starts_at, by=by, at=at)
    _say(conversation, wording.with_proposal("", starts_at), meeting=meeting, by=by, at=at)
    return meeting


@transaction.atomic
def accept(*, conversation: Conversation, by: User, at: dt.datetime) -> Meeting:
    """Agree to the moment that waits; the thing is reserved for its asker in the same breath."""
    conversation = queries.for_change(conversation.pk, by=by)
    proposal = queries.meeting_of(conversation, State.PROPOSED)
    meeting = rules.check_may_answer(proposal, person_id=by.pk, at=at)
    before = queries.meeting_of(conversation, State.ACCEPTED)
    if before is not None:
        _end(conversation, before, State.REPLACED, at=at)
        hooks.release.ask(queries.reservation_of(conversation, before), by, at)
    sentences = hooks.reserve.ask(queries.reservation_of(conversation, meeting), by, at)
    return _answer(conversation, meeting, State.ACCEPTED, *filter(None, sentences), by=by, at=at)


@transaction.atomic
def refuse(*, conversation: Conversation, by: User, at: dt.datetime) -> Meeting:
    """Refuse the pending proposal; an earlier agreed meeting stays valid."""
    conversation = queries.for_change(conversation.pk, by=by)
    proposal = queries.meeting_of(conversation, State.PROPOSED)
    meeting = rules.check_may_answer(proposal, person_id=by.pk, at=at)
    return _answer(conversation, meeting, State.REFUSED, by=by, at=at)


@transaction.atomic
def cancel(*, conversation: Conversation, by: User, at: dt.datetime) -> Meeting:
    """Cancel the agreed meeting and release its subject, or withdraw the pending proposal."""
    conversation = queries.for_change(conversation.pk, by=by)
    agreed = queries.meeting_of(conversation, State.ACCEPTED)
    meeting = rules.check_may_cancel(agreed or queries.meeting_of(conversation, State.PROPOSED))
    if agreed is not None:
        hooks.release.ask(queries.reservation_of(conversation, agreed), by, at)
    return _answer(conversation, meeting, State.CANCELLED, by=by, at=at)


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a message from all members except its author, or show it again.

    Called by moderation only.
    """
    Message.objects.filter(reference=reference).update(hidden_at=at if hidden else None)


@transaction.atomic
def cancel_all_of(*, by: User, at: dt.datetime) -> int:
    """Cancel a leaver's proposed and agreed meetings and return their number.

    The other party of an agreed meeting is notified, so that they do not wait there in vain.
    """
    two = ("conversation__asker", "conversation__owner")
    meetings = list(queries.open_meetings_of(by).select_related(*two))
    for meeting in meetings:
        was_agreed = meeting.state == State.ACCEPTED and meeting.starts_at > at
        _end(meeting.conversation, meeting, State.CANCELLED, at=at)
        if was_agreed:
            notifications.notify_meeting_off(meeting, by)
    return len(meetings)


@transaction.atomic
def block(*, conversation: Conversation, by: User, at: dt.datetime) -> Block:
    """Block messages of the other party in all conversations; idempotent.

    Meetings that the two have agreed are cancelled first, while the other party can be notified.
    """
    other = queries.other_of(conversation, by)
    if not queries.is_blocked(by.pk, other.pk):
        for meeting in queries.meetings_between(by, other, at=at):
            cancel(conversation=meeting.conversation, by=by, at=at)
    found, _made = Block.objects.get_or_create(
        blocker=by, blocked=other, defaults={"blocked_at": at}
    )
    return found


@transaction.atomic
def unblock(*, person: User, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Unblock a person, so that they can write again."""
    Block.objects.filter(blocker=by, blocked=person).delete()


def _propose(
    conversation: Conversation, starts_at: dt.datetime, *, by: User, at: dt.datetime
) -> Meeting:
    _end(conversation, queries.meeting_of(conversation, State.PROPOSED), State.REPLACED, at=at)
    meeting = Meeting(conversation=conversation, proposer=by, starts_at=starts_at, proposed_at=at)
    meeting.full_clean()
    meeting.save()
    return meeting


def _answer(
    conversation: Conversation,
    meeting: Meeting,
    state: str,
    *sentences: str,
    by: User,
    at: dt.datetime,
) -> Meeting:
    _end(conversation, meeting, state, at=at)
    words = " ".join([wording.answer_in_words(state, meeting.starts_at), *sentences])
    _say(conversation, words, meeting=meeting, by=by, at=at)
    return meeting


def _end(
    conversation: Conversation, meeting: Meeting | None, state: str, *, at: dt.datetime
) -> None:
    if meeting is not None:
        meeting.state = state
        meeting.answered_at = at
        meeting.save(update_fields=["state", "answered_at"])
        settle(rules.about(conversation.reference), at=at)


def _say(
    conversation: Conversation,
    text: str,
    *,
    meeting: Meeting | None = None,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Message:
    rules.check_text(text)
    other = queries.other_of(conversation, by)
    rules.check_reachable(is_active=other.is_active)
    rules.check_not_blocked(**queries.blocks_between(by, other)._asdict())
    moment = rules.next_moment(conversation.last_message_at, at=at)
    message = Message(
        conversation=conversation,
        author=by,
        text=text.strip(),
        sent_at=moment,
        meeting=meeting,
        idempotency_key=key,
    )
    message.full_clean()
    message.save()
    conversation.last_message_at = moment
    _mark_read(conversation, by=by, until=moment)
    after_commit(tasks.mail_message, message.pk)
    return message


@transaction.atomic
def read(*, conversation: Conversation, by: User, at: dt.datetime) -> None:
    """Mark messages up to a moment as read; the mark never moves back."""
    conversation = queries.for_change(conversation.pk, by=by)
    _mark_read(conversation, by=by, until=at)


def _mark_read(conversation: Conversation, *, by: User, until: dt.datetime) -> None:
    column = "asker_read_at" if conversation.asker_id == by.pk else "owner_read_at"
    before: dt.datetime | None = getattr(conversation, column)
    setattr(conversation, column, max(before, until) if before else until)
    conversation.save(update_fields=[column, "last_message_at"])


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's messages; messages sent to them stay, with an anonymous subject title."""
    conversations = Conversation.objects.filter(Q(asker=by) | Q(owner=by))
    gone = list(conversations.values_list("reference", flat=True))
    private_pictures.erase_of(Picture, by.pk)
    Message.objects.filter(author=by).delete()
    Block.objects.filter(Q(blocker=by) | Q(blocked=by)).delete()
    conversations.filter(messages=None).delete()
    Conversation.objects.filter(owner=by).update(subject_title=_("Annonce d’un ancien membre"))
    return gone
