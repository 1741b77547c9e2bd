"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.web import drafts
from tenants.community.classifieds.models import (
    DRAFT,
    Availability,
    Classified,
    Picture,
    Revision,
)


def personal_data(person: User) -> list[PersonalTable]:
    """Return the personal data that this room stores about a person."""
    rows = Classified.objects.filter(author=person)
    return [
        table(
            "classifieds",
            _("Petites annonces"),
            rows,
            *("reference", "kind", "title", "description", "price_cents", "price_unit", "place"),
            *("audience", "created_at", "expires_at", "closed_at", "outcome"),
            pictures=Picture.objects.filter(uploader=person),
        ),
        table(
            "classified_hours",
            _("Heures des services"),
            Availability.objects.filter(classified__author=person),
            *("classified__reference", "weekday", "starts_minute", "ends_minute"),
        ),
        table(
            "classified_revisions",
            _("Versions précédentes d’annonces"),
            Revision.objects.filter(classified__author=person),
            *("classified__reference", "title", "description", "price_cents", "replaced_at"),
        ),
        table(
            "classified_drafts",
            _("Annonces commencées"),
            drafts.Draft.objects.filter(person=person, kind=DRAFT),
            *("fields", "saved_at"),
        ),
    ]
