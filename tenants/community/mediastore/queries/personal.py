"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.mediastore.models import Borrowing, Medium, Progress, Waiting


def personal_data(person: User) -> list[PersonalTable]:
    """Return a member's loans, waiting-list entries, readings and added media."""
    return [
        table(
            "media",
            _("Médias ajoutés"),
            Medium.objects.filter(added_by=person),
            *("reference", "kind", "title", "creator", "description", "added_at"),
            "withdrawn_at",
        ),
        table(
            "media_loans",
            _("Emprunts à la médiathèque"),
            Borrowing.objects.filter(borrower=person),
            *("medium__reference", "medium__title", "borrowed_at", "due_at", "returned_at"),
        ),
        table(
            "media_waiting",
            _("Attente à la médiathèque"),
            Waiting.objects.filter(member=person),
            *("medium__reference", "medium__title", "since"),
        ),
        table(
            "reading",
            _("Lectures et écoutes"),
            Progress.objects.filter(reader=person),
            *("medium__reference", "medium__title", "number", "seconds", "read_at"),
        ),
    ]
