"""Sentences for merchants about amounts to pay or to get back."""

import datetime as dt

from django.utils.translation import gettext as _

from billing.models import Order
from saas.catalogue.placements.models import Campaign
from saas.kernel.display.writing import shortdate


def withdrawn(state: str) -> str:
    """Return the sentence on a merchant's money, by the state of the withdrawn order."""
    if state == Order.State.CANCELLED:
        return _("C’est retiré. Rien n’est débité.")
    if state == Order.State.PROCESSING:
        return _("C’est retiré. Si votre banque accepte le prélèvement, tout vous est rendu.")
    return _(
        "C’est retiré. La page de paiement se ferme chez Stripe\u00a0: ce qui y serait payé "
        "entre-temps vous est rendu en entier."
    )


def month_is_unpaid(campaign: Campaign, next_try_at: dt.datetime | None) -> str:
    """Return the sentence on a refused month, with the day of the next attempt."""
    values = {"title": campaign.headline}
    if next_try_at is None:
        return _("«\u00a0%(title)s\u00a0»\u00a0: le mois n’est pas payé.") % values
    return _("«\u00a0%(title)s\u00a0»\u00a0: le mois n’est pas payé. Nouvel essai le %(day)s.") % {
        **values,
        "day": shortdate(next_try_at),
    }


def payment_is_contested(campaign: Campaign) -> str:
    """Return the sentence on a payment contested by the merchant's bank."""
    return _("«\u00a0%(title)s\u00a0»\u00a0: votre banque conteste le paiement.") % {
        "title": campaign.headline
    }


def at_shop(shop: str, text: str) -> str:
    """Return a sentence that begins with the shop it is about."""
    return _("%(shop)s\u00a0: %(text)s") % {"shop": shop, "text": text}
