"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.kiosk.models import ScreenMessage


def personal_data(person: User) -> list[PersonalTable]:
    """Return the messages that a person put on the screens."""
    return [
        table(
            "screen_messages",
            _("Messages sur les écrans"),
            ScreenMessage.objects.filter(author=person),
            *("reference", "origin", "title", "note", "starts_at", "ends_at", "made_at"),
            "withdrawn_at",
        )
    ]
