"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.treaties.models import Question


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data of this room about a person."""
    return [
        table(
            "questions",
            _("Messages avec un espace voisin"),
            Question.objects.filter(asker=person),
            *("reference", "thread", "space_name", "other_name", "item_reference", "title"),
            *("text", "state", "asked_at", "read_at", "closed_at"),
        )
    ]
