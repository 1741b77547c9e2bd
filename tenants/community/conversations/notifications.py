"""Notifications about conversations: of pending messages, without their content, and of replies."""

from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import mail
from saas.kernel.notifying import Event, Kind, Words, notify, written
from tenants.community.conversations import wording
from tenants.community.conversations.models import Conversation, Meeting, Message
from tenants.community.conversations.queries import talks as queries
from tenants.community.conversations.rules import talks as rules
from tenants.spaces.queries.own import own_url


def notify_message(message: Message) -> None:
    """Notify the other party of an unread message or of a proposed meeting without an answer."""
    conversation = message.conversation
    meeting = message.meeting
    if meeting and meeting.state != Meeting.State.PROPOSED:
        meeting = None
    context = {"sender": message.author.short_name, "title": conversation.subject_title}
    event = Event(
        key=f"message:{message.pk}",
        kind=Kind.MESSAGES,
        path=conversation.get_absolute_url(),
        about=rules.about(conversation.reference),
        words=lambda: written("meeting_proposed" if meeting else "message_waiting", context),
        deadline=meeting.starts_at if meeting else None,
    )
    reader = queries.other_of(conversation, message.author)
    notify(event, to=[reader.pk], at=timezone.now())


def notify_meeting_off(meeting: Meeting, leaver: User) -> None:
    """Notify the other party of a meeting that the leaver has left."""
    conversation = meeting.conversation

    def words() -> Words:
        context = {
            "sender": leaver.short_name,
            "title": conversation.subject_title,
            "moment": wording.moment_in_words(meeting.starts_at),
        }
        return written("meeting_off", context)

    event = Event(
        key=f"meeting-off:{meeting.pk}",
        kind=Kind.MESSAGES,
        path=conversation.get_absolute_url(),
        about=rules.about(conversation.reference),
        words=words,
    )
    reader = queries.other_of(conversation, leaver)
    notify(event, to=[reader.pk], at=timezone.now())


def mail_reply_warning(conversation: Conversation, person: User, sentence: str) -> None:
    """Mail a person the reason why their reply by mail, or an attachment of it, was refused."""
    mail.send(
        to=person.email,
        template="reply_refused",
        language=person.language,
        context={
            "first_name": person.first_name,
            "title": conversation.subject_title,
            "sentence": sentence,
            "url": own_url(conversation.get_absolute_url()),
        },
    )
