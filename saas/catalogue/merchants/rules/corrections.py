"""Rules of corrections of a shop by operators."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules.shops import Description
from saas.kernel.errors import Refused

# Columns that an operator may correct; a VAT number and a picture are the merchant's own.
COLUMNS = (
    *("name", "category", "description", "phone", "website", "street", "postcode", "city"),
    *("legal_name", "siren", "seat_street", "seat_postcode", "seat_city", "billing_email"),
)


def corrected(merchant: Merchant, columns: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return each changed column with its values before and after. Raises Refused without any."""
    changes = [
        (column, getattr(merchant, column), columns[column])
        for column in COLUMNS
        if column in columns and columns[column] != getattr(merchant, column)
    ]
    if not changes:
        raise Refused(_("Rien n’a changé\u00a0: corrigez au moins une ligne."))
    return changes


def description_of(merchant: Merchant) -> Description:
    """Return a shop's columns as its description."""
    return Description(**{name: getattr(merchant, name) for name in Description._fields})
