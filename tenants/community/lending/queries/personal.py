"""A member's rows of this room, for the copy of their data."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people import erasing
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.web import drafts
from tenants.community.lending.models import (
    DRAFT,
    DamageNote,
    LendingPicture,
    Loan,
    Thing,
    WaitingListEntry,
)
from tenants.community.lending.wording import loans as wording

MOST_OBSTACLES = 20


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data that this room stores about a person."""
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
            drafts.Draft.objects.filter(person=person, kind=DRAFT),
            *("fields", "saved_at"),
        ),
    ]


def obstacles(person: User, at: dt.datetime) -> list[erasing.Obstacle]:  # noqa: ARG001 - the hook's form
    """Return the loans that block an erasure: their things must be returned first."""
    out = Loan.objects.filter(Q(borrower=person) | Q(thing__owner=person), state=Loan.State.OUT)
    return [
        erasing.Obstacle(
            wording.in_hands(loan.thing.title, borrows=loan.borrower_id == person.pk),
            loan.get_absolute_url(),
            _("Voir le prêt"),
        )
        for loan in out.select_related("thing").order_by("pk")[:MOST_OBSTACLES]
    ]
