"""Names of a shop's columns, as corrections name them."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from saas.catalogue.merchants.models import Category, Correction

COLUMNS = {
    "pin": _("Épingle"),
    "merged": _("Fusionné, en double"),
    "name": _("Nom du commerce"),
    "category": _("Catégorie"),
    "description": _("Ce que vous proposez"),
    "phone": _("Téléphone"),
    "website": _("Site web"),
    "street": _("Rue et numéro"),
    "postcode": _("Code postal"),
    "city": _("Ville"),
    "legal_name": _("Raison sociale"),
    "siren": _("SIREN"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "picture": _("Photo"),
    "seat_street": _("Siège\u00a0: rue et numéro"),
    "seat_postcode": _("Siège\u00a0: code postal"),
    "seat_city": _("Siège\u00a0: ville"),
    "billing_email": _("Adresse des factures"),
}
_EMPTY = "—"


class CorrectedLine(NamedTuple):
    """A corrected column in words."""

    label: str
    before: str
    after: str


def line_of(correction: Correction) -> CorrectedLine:
    """Return a correction in words of the language in force."""
    label = str(COLUMNS.get(correction.column, correction.column))
    values = (correction.before, correction.after)
    if correction.column == "category":
        names = dict(Category.choices)
        values = (str(names.get(values[0], values[0])), str(names.get(values[1], values[1])))
    return CorrectedLine(label, values[0] or _EMPTY, values[1] or _EMPTY)
