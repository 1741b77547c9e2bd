"""Versions of the prices: which may be published, and whether two ask the same."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from saas.catalogue.placements.models import PriceList
from saas.catalogue.placements.models.slots import SLOTS
from saas.catalogue.placements.rules.prices import (
    MOST_DAY_CENTS,
    MOST_WEEKEND_BP,
    Limits,
    NewPrice,
)
from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused


def check_prices(
    prices: Sequence[NewPrice], limits: Limits, *, valid_from: dt.datetime, at: dt.datetime
) -> None:
    """Refuse prices that begin in the past, ask nothing, or leave a slot out."""
    if valid_from <= at:
        raise Refused(
            _("De nouveaux prix commencent plus tard que maintenant."), field="valid_from"
        )
    if sorted(price.slot for price in prices) != sorted(SLOTS):
        raise Refused(_("Donnez un prix à chaque emplacement."))
    for price in prices:
        _check_price(price)
    if limits.most_net_cents is not None and limits.most_net_cents < limits.least_net_cents:
        raise Refused(_("Le maximum dépasse le minimum."), field="most_net_cents")


def _check_price(price: NewPrice) -> None:
    if price.day_cents + price.day_per_hundred_cents <= 0:
        raise Refused(_("Un jour coûte quelque chose."), field=f"day_cents_{price.slot}")
    if max(price.day_cents, price.day_per_hundred_cents) > MOST_DAY_CENTS:
        raise Refused(
            _("Un jour coûte %(most)s au plus.") % {"most": eur(MOST_DAY_CENTS)},
            field=f"day_cents_{price.slot}",
        )
    if not 0 <= price.weekend_bp <= MOST_WEEKEND_BP:
        raise Refused(
            _("Le week-end coûte de 0 à 200\u00a0% d’un jour de semaine."),
            field=f"weekend_bp_{price.slot}",
        )


def check_seen(seen: str, current: int) -> None:
    """Raise Refused if the prices changed since the form was shown."""
    if seen and seen != str(current):
        raise Refused(
            _(
                "Les prix ont changé pendant que vous choisissiez. Vos choix sont gardés\u00a0:"
                " regardez le nouveau prix, puis continuez."
            )
        )


def same_prices(one: PriceList, other: PriceList) -> bool:
    """Return True if two versions have the same figures, whatever their numbers."""
    return _figures_of(one) == _figures_of(other)


def _figures_of(price_list: PriceList) -> tuple[object, ...]:
    prices = sorted(
        (price.slot, price.day_cents, price.day_per_hundred_cents, price.weekend_bp)
        for price in price_list.prices.all()
    )
    limits = (price_list.least_net_cents, price_list.most_net_cents)
    return (price_list.basis, *limits, *prices)
