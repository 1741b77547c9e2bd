"""A member's part of conversations, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.personal import PersonalTable, table
from tenants.community.conversations.models import Block, Message, Picture


def personal_data(person: User) -> list[PersonalTable]:
    """Return what this room keeps of somebody, for the copy of their data."""
    pictures = Picture.objects.filter(uploader=person, state=Picture.State.READY)
    return [
        table(
            "messages",
            _("Messages envoyés"),
            Message.objects.filter(author=person),
            *("conversation__reference", "conversation__subject_title", "text", "sent_at"),
            files=[private_pictures.file_for(picture, picture.width) for picture in pictures],
        ),
        table(
            "blocks",
            _("Personnes bloquées"),
            Block.objects.filter(blocker=person),
            *("blocked__reference", "blocked_at"),
        ),
    ]
