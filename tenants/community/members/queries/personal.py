"""A member's rows of this room, for the copy of their data."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people import erasing
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.members.models import (
    ClosingRequest,
    CompanyClaim,
    CouncilChange,
    Departure,
    Invitation,
    JoinRequest,
    Portrait,
    Profile,
    Provisioned,
    Role,
    Thanks,
)
from tenants.community.members.queries import people as queries
from tenants.community.members.queries import roster
from tenants.community.members.wording import leaving as wording


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data of this room about a person."""
    return [*_account_of(person), *_ways_in_of(person), *_history_of(person), *_thanks_of(person)]


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
            *("company_id", "site_id", "team", "about", "languages", "team_seen", "about_seen"),
            *("picture_seen", "site_seen", "languages_seen", "offers_seen", "thanks_seen"),
            *(
                "found_as",
                "found_answered_at",
                "joined_by",
                "joined_at",
                "leaves_on",
                "cgu_version",
                "cgu_accepted_at",
            ),
            pictures=Portrait.objects.filter(uploader=person),
        ),
        table("roles", _("Rôles"), Role.objects.filter(user=person), "role", "given_at"),
        table(
            "directory_entry",
            _("Compte géré par l’annuaire de l’entreprise"),
            Provisioned.objects.filter(user=person),
            *("external_id", "changed_at", "removed_at"),
        ),
    ]


def _ways_in_of(person: User) -> list[PersonalTable]:
    return [
        table(
            "join_requests",
            _("Demandes d’inscription"),
            JoinRequest.objects.filter(email=person.email),
            *("email", "first_name", "last_name", "asked_at", "expires_at", "confirmed_at"),
        ),
        table(
            "staff_invited",
            _("Personnes invitées par vos listes du personnel"),
            JoinRequest.objects.filter(invited_by=person),
            *("asked_at", "mailed_at", "confirmed_at"),
        ),
        table(
            "staff_lists",
            _("Listes du personnel à confirmer"),
            roster.uploads_about(person),
            *("name", "sent_at"),
        ),
        table(
            "invitations",
            _("Liens d’invitation créés"),
            Invitation.objects.filter(made_by=person),
            *("made_at", "expires_at", "most_uses", "uses", "withdrawn_at"),
        ),
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
            "closing_requests",
            _("Demandes de fermeture du compte"),
            ClosingRequest.objects.filter(user=person),
            *("state", "asked_at", "decided_at"),
        ),
        table(
            "departures",
            _("Départs et retours"),
            Departure.objects.filter(user=person),
            *("closed_at", "reopened_at"),
        ),
    ]


def _thanks_of(person: User) -> list[PersonalTable]:
    return [
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


def obstacles(person: User, at: dt.datetime) -> list[erasing.Obstacle]:  # noqa: ARG001 - the hook's form
    """Return the duties to hand over before an erasure: a space, a council's money."""
    found = []
    if queries.administrator_ids() == [person.pk]:
        found.append(
            erasing.Obstacle(
                wording.nobody_else_administers(),
                reverse("members:people"),
                _("Donner le rôle"),
            )
        )
    if queries.is_only_treasurer(person):
        found.append(
            erasing.Obstacle(
                wording.no_other_treasurer(),
                reverse("members:council"),
                _("Nommer quelqu’un"),
            )
        )
    return found
