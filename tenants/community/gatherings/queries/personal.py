"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.gatherings.models import CalendarLink, Gathering, Participation


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data that this room stores about a person."""
    own = Gathering.objects.filter(organiser=person)
    joined = Participation.objects.filter(person=person)
    return [
        table(
            "gatherings",
            _("Activités organisées"),
            own,
            *("reference", "kind", "title", "description", "place", "starts_at", "ends_at"),
            *("places", "audience", "created_at", "cancelled_at"),
        ),
        table(
            "participations",
            _("Participations"),
            joined,
            *("gathering__reference", "gathering__title", "gathering__starts_at"),
            *("state", "joined_at"),
        ),
        table(
            "calendar_links",
            _("Adresse de calendrier"),
            CalendarLink.objects.filter(person=person),
            "made_at",
        ),
    ]
