"""News of conversations: that something waits, never what."""

from django.utils import timezone

from saas.kernel.notifying import Event, Kind, notify, written
from tenants.community.conversations import queries
from tenants.community.conversations.models import Message


def tell_of_message(message: Message) -> None:
    """Tell the other of the two that something waits, with a way to the conversation."""
    conversation = message.conversation
    context = {"sender": message.author.short_name, "title": conversation.subject_title}
    event = Event(
        key=f"message:{message.pk}",
        kind=Kind.MESSAGES,
        path=conversation.get_absolute_url(),
        about=f"conversation:{conversation.reference}",
        words=lambda: written("message_waiting", context),
    )
    reader = queries.other_of(conversation, message.author)
    notify(event, to=[reader.pk], at=timezone.now())
