"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.personal import PersonalTable, table
from tenants.community.classifieds.models import Classified, Picture


def personal_data(person: User) -> list[PersonalTable]:
    """Return what this room keeps of somebody."""
    rows = Classified.objects.filter(author=person)
    pictures = Picture.objects.filter(uploader=person, state=Picture.State.READY)
    return [
        table(
            "classifieds",
            _("Petites annonces"),
            rows,
            *("reference", "kind", "title", "description", "price_cents", "price_unit", "place"),
            *("audience", "created_at", "expires_at", "closed_at", "outcome"),
            files=[private_pictures.file_for(picture, picture.width) for picture in pictures],
        )
    ]
