"""Mails about conversations: that something waits, never what."""

from saas.kernel import mail
from tenants.community.conversations import queries
from tenants.community.conversations.models import Message
from tenants.spaces.queries import own_url


def tell_of_message(message: Message) -> None:
    """Send the other of the two a letter with a way to the conversation."""
    conversation = message.conversation
    reader = queries.other_of(conversation, message.author)
    mail.send(
        to=reader.email,
        template="message_waiting",
        language=reader.language,
        context={
            "first_name": reader.first_name,
            "sender": message.author.short_name,
            "title": conversation.subject_title,
            "url": own_url(conversation.get_absolute_url()),
        },
    )
