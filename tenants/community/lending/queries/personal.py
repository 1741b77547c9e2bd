"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.personal import PersonalTable, table
from tenants.community.lending.models import (
    DamageNote,
    LendingPicture,
    Loan,
    Thing,
    ThingDraft,
    WaitingListEntry,
)


def personal_data(person: User) -> list[PersonalTable]:
    """Return what this room keeps of somebody."""
    return [*_things_of(person), *_loans_of(person)]


def _things_of(person: User) -> list[PersonalTable]:
    return [
        table(
            "things",
            _("Objets prêtés"),
            Thing.objects.filter(owner=person),
            *("reference", "title", "description", "condition", "place", "deposit"),
            *("audience", "created_at", "withdrawn_at"),
            pictures=LendingPicture.objects.filter(uploader=person),
        ),
    ]


def _loans_of(person: User) -> list[PersonalTable]:
    return [
        table(
            "loans",
            _("Emprunts"),
            Loan.objects.filter(borrower=person),
            *("reference", "thing__title", "state", "starts_at", "ends_at", "reason"),
            *("requested_at", "handed_over_at", "returned_at", "ended_at"),
        ),
        table(
            "waiting_list",
            _("Listes d’attente"),
            WaitingListEntry.objects.filter(person=person),
            *("thing__title", "starts_at", "ends_at", "queued_at", "state"),
        ),
        table(
            "damage_notes",
            _("Dégâts signalés"),
            DamageNote.objects.filter(author=person),
            *("loan__reference", "text", "made_at"),
        ),
        table(
            "lent",
            _("Prêts de vos objets"),
            Loan.objects.filter(thing__owner=person),
            *("reference", "thing__title", "state", "starts_at", "ends_at", "returned_at"),
        ),
        table(
            "thing_drafts",
            _("Objets commencés"),
            ThingDraft.objects.filter(person=person),
            *("fields", "saved_at"),
        ),
    ]
