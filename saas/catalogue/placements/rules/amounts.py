"""Limits of an order: its amount, and at least one paid day in each space."""

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import PriceList
from saas.catalogue.placements.rules.prices import Quote
from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused
from saas.kernel.money import MOST_CENTS

LEAST_CENTS = 50


def check_amount(quote: Quote, price_list: PriceList) -> None:
    """Raise Refused for an amount below or above the list's limits, or too large for a card."""
    net = quote.list_cents
    check_open(quote)
    if net < price_list.least_net_cents:
        raise Refused(
            _("Une commande est de %(least)s hors taxe au moins\u00a0: celle-ci fait %(net)s.")
            % {"least": eur(price_list.least_net_cents), "net": eur(net)},
            field="ends_on",
        )
    if price_list.most_net_cents is not None and net > price_list.most_net_cents:
        raise Refused(
            _("Une commande est de %(most)s hors taxe au plus\u00a0: celle-ci fait %(net)s.")
            % {"most": eur(price_list.most_net_cents), "net": eur(net)},
            field="spaces",
        )
    check_payable_sum(quote.gross_cents)


def check_open(quote: Quote) -> None:
    """Raise Refused if a flight has no day on which both the shop and the workplace are open."""
    shut = [line.space for line in quote.lines if not line.monthly and line.paid_days < 1]
    if shut:
        raise Refused(
            _(
                "Votre commerce ou %(space)s est fermé ces jours-là\u00a0: choisissez d’autres "
                "dates."
            )
            % {"space": shut[0]},
            field="starts_on",
        )


def check_payable_sum(gross_cents: int) -> None:
    """Refuse a total that Stripe takes from no card."""
    if gross_cents < LEAST_CENTS:
        raise Refused(_("Le total est de 0,50\u00a0€ au moins."), field="ends_on")
    if gross_cents > MOST_CENTS:
        raise Refused(
            _("Le total est de %(most)s au plus\u00a0: faites plusieurs campagnes.")
            % {"most": eur(MOST_CENTS)},
            field="spaces",
        )
