"""How much a merchant lets itself spend in a calendar month, tax included."""

import datetime as dt
import zoneinfo
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused
from saas.kernel.money import MOST_CENTS
from saas.kernel.values.months import first_of, months_later


class Month(NamedTuple):
    """From its first moment to the first of the next, by the clock of the desk."""

    begins: dt.datetime
    ends: dt.datetime

    @property
    def first_day(self) -> dt.date:
        """The day that names it."""
        return self.begins.date()


def month_of(at: dt.datetime) -> Month:
    """Return the calendar month of a moment, at the desk."""
    zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
    first = first_of(at.astimezone(zone).date())
    return Month(
        dt.datetime.combine(first, dt.time.min, tzinfo=zone),
        dt.datetime.combine(months_later(first), dt.time.min, tzinfo=zone),
    )


def check_limit(limit_cents: int | None) -> None:
    """Refuse a limit that allows nothing, or that no order reaches."""
    if limit_cents is not None and not 0 < limit_cents <= MOST_CENTS:
        raise Refused(
            _("Un plafond va de 0,01 à %(most)s. Pour l’enlever, laissez le champ vide.")
            % {"most": eur(MOST_CENTS)},
            field="limit_cents",
        )


def check_spending(gross_cents: int, *, spent_cents: int, limit_cents: int | None) -> None:
    """Raise Refused if an order exceeds the merchant's own limit for this month."""
    if limit_cents is None or spent_cents + gross_cents <= limit_cents:
        return
    raise Refused(
        _(
            "Votre plafond est de %(limit)s ce mois-ci\u00a0: %(spent)s sont déjà commandés ou"
            " encore à prélever, il reste %(left)s. Cette commande fait %(gross)s. Relevez le"
            " plafond sur la page «\u00a0Dépenses\u00a0», ou choisissez moins de jours ou"
            " d’espaces."
        )
        % {
            "limit": eur(limit_cents),
            "spent": eur(spent_cents),
            "left": eur(max(limit_cents - spent_cents, 0)),
            "gross": eur(gross_cents),
        }
    )
