"""Sentences of the operators' to-do items."""

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def territory(code: str) -> str:
    """Name a territory by its code, in the reader's language."""
    territories = Locale.parse(get_language() or settings.LANGUAGE_CODE).territories
    return str(territories.get(code, code))


def nothing_is_sent() -> str:
    """Return the message that Stripe refuses our key."""
    return _("Stripe refuse notre clé\u00a0: plus rien n’est envoyé.")


def shares_that_stay(count: int) -> str:
    """Count the shares that cannot leave for their council."""
    return ngettext(
        "%(count)d part due à un CSE ne peut pas partir",
        "%(count)d parts dues à des CSE ne peuvent pas partir",
        count,
    )


def restitutions_that_stay(count: int) -> str:
    """Return the count of restitutions that cannot be sent."""
    return ngettext(
        "%(count)d restitution ne peut pas partir",
        "%(count)d restitutions ne peuvent pas partir",
        count,
    )


def taxes_that_stay(count: int) -> str:
    """Count the VAT of councils' invoices that cannot leave."""
    return ngettext(
        "%(count)d TVA due à un CSE ne peut pas partir",
        "%(count)d TVA dues à des CSE ne peuvent pas partir",
        count,
    )
