"""Sentences for merchants about what they have to pay, or have back."""

import datetime as dt

from django.utils.translation import gettext as _

from billing.models import Order
from saas.catalogue.placements.models import Campaign
from saas.kernel.display.writing import shortdate


def withdrawn(state: str) -> str:
    """Say what a merchant has to expect of their money, by the state of the order withdrawn."""
    if state == Order.State.CANCELLED:
        return _("C’est retiré. Rien n’est débité.")
    if state == Order.State.PROCESSING:
        return _("C’est retiré. Si votre banque accepte le prélèvement, tout vous est rendu.")
    return _(
        "C’est retiré. La page de paiement se ferme chez Stripe\u00a0: ce qui y serait payé "
        "entre-temps vous est rendu en entier."
    )


def month_is_unpaid(campaign: Campaign, next_try_at: dt.datetime | None) -> str:
    """Say that a month was refused, and when it is tried again."""
    values = {"title": campaign.headline}
    if next_try_at is None:
        return _("«\u00a0%(title)s\u00a0»\u00a0: le mois n’est pas payé.") % values
    return _("«\u00a0%(title)s\u00a0»\u00a0: le mois n’est pas payé. Nouvel essai le %(day)s.") % {
        **values,
        "day": shortdate(next_try_at),
    }


def payment_is_contested(campaign: Campaign) -> str:
    """Say that the bank of a merchant contests a payment."""
    return _("«\u00a0%(title)s\u00a0»\u00a0: votre banque conteste le paiement.") % {
        "title": campaign.headline
    }
