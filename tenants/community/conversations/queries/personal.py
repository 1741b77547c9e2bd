"""A member's part of conversations, for the copy of their data."""

from django.db.models import Q
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.conversations.models import Block, Conversation, Meeting, Message, Picture


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data that this room stores about a person, for their data export."""
    either = Q(asker=person) | Q(owner=person)
    return [
        table(
            "conversations",
            _("Conversations"),
            Conversation.objects.filter(either),
            *("reference", "subject_kind", "subject_title", "begun_at", "last_message_at"),
        ),
        table(
            "meetings",
            _("Rendez-vous proposés"),
            Meeting.objects.filter(proposer=person),
            *("conversation__reference", "starts_at", "state", "proposed_at", "answered_at"),
        ),
        table(
            "messages",
            _("Messages envoyés"),
            Message.objects.filter(author=person),
            *("conversation__reference", "conversation__subject_title", "text", "sent_at"),
            pictures=Picture.objects.filter(uploader=person),
        ),
        table(
            "blocks",
            _("Personnes bloquées"),
            Block.objects.filter(blocker=person),
            *("blocked__reference", "blocked_at"),
        ),
    ]
