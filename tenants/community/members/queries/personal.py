"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.personal import PersonalTable, table
from tenants.community.members.models import (
    CompanyClaim,
    CouncilChange,
    Departure,
    Profile,
    Role,
    Thanks,
)


def personal_data(person: User) -> list[PersonalTable]:
    """Return what this room keeps of somebody."""
    return [*_account_of(person), *_history_of(person)]


def _account_of(person: User) -> list[PersonalTable]:
    own_row = User.objects.filter(pk=person.pk)
    return [
        table(
            "account",
            _("Compte"),
            own_row,
            *("reference", "email", "first_name", "last_name", "language", "theme"),
            *("created_at", "last_login"),
        ),
        table(
            "profile",
            _("Profil"),
            Profile.objects.filter(user=person),
            *("company_id", "site_id", "team", "about", "joined_by", "joined_at"),
        ),
        table("roles", _("Rôles"), Role.objects.filter(user=person), "role", "given_at"),
    ]


def _history_of(person: User) -> list[PersonalTable]:
    return [
        table(
            "council_changes",
            _("Rôles du CSE, dans le temps"),
            CouncilChange.objects.filter(user=person),
            *("what", "right", "role", "reason", "at"),
        ),
        table(
            "company_claims",
            _("Rattachements demandés"),
            CompanyClaim.objects.filter(user=person),
            *("company_id", "state", "asked_at", "decided_at"),
        ),
        table(
            "departures",
            _("Départs et retours"),
            Departure.objects.filter(user=person),
            *("closed_at", "reopened_at"),
        ),
        table(
            "thanks_given",
            _("Mercis donnés"),
            Thanks.objects.filter(giver=person),
            *("subject_kind", "subject_reference", "given_at"),
        ),
        table(
            "thanks_received",
            _("Mercis reçus"),
            Thanks.objects.filter(receiver=person),
            *("subject_kind", "subject_reference", "given_at"),
        ),
    ]
