"""Values that Stripe is sent: amounts, currency, names."""

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.money import MOST_CENTS, Cents

EURO = "eur"
LONGEST_NAME = 200


def check_cents(value: object) -> Cents:
    """Return an amount in whole cents, positive and not absurdly large. Raises Refused."""
    if type(value) is not int or not 0 < value <= MOST_CENTS:
        raise Refused(_("Le montant doit être un nombre entier de centimes, plus grand que zéro."))
    return Cents(value)


def cut(text: str) -> str:
    """Shorten a name before it is sent to Stripe."""
    return text[:LONGEST_NAME]
