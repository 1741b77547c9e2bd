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
            _("Questions à un espace voisin"),
            Question.objects.filter(asker=person),
            *("reference", "giver_slug", "item_reference", "title", "text", "contact"),
            *("state", "asked_at"),
        )
    ]
