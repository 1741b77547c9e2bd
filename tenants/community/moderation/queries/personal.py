"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.moderation.models import (
    Appeal,
    Case,
    CharterAcceptance,
    Decision,
    Report,
)


def personal_data(person: User) -> list[PersonalTable]:
    """Return a person's reports, the decisions about their items, and the charters accepted.

    Reporters stay anonymous, and the deciders' names stay with the moderators.
    """
    return [
        table(
            "reports",
            _("Signalements faits"),
            Report.objects.filter(reporter=person),
            *("case__reference", "case__kind", "reason", "words", "reported_at"),
        ),
        table(
            "cases",
            _("Dossiers de modération vous concernant"),
            Case.objects.filter(owner=person).exclude(state=Case.State.WAITING, hidden_at=None),
            *("reference", "kind", "title", "text", "state", "hidden_at", "settled_at"),
        ),
        table(
            "decisions",
            _("Décisions reçues"),
            Decision.objects.filter(owner=person),
            *("case__reference", "instance", "outcome", "ground", "rule", "facts", "decided_at"),
        ),
        table(
            "appeals",
            _("Seconds avis demandés"),
            Appeal.objects.filter(appellant=person),
            *("case__reference", "words", "made_at"),
        ),
        table(
            "charters",
            _("Chartes acceptées"),
            CharterAcceptance.objects.filter(person=person),
            *("charter__version", "accepted_at"),
        ),
    ]
