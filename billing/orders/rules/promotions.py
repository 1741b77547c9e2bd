"""Rules of promotion codes: merchant, dates and discount."""

import datetime as dt
import re
from fractions import Fraction

from django.utils.translation import gettext as _

from billing.models import PromotionCode
from saas.catalogue.merchants.models import Merchant
from saas.kernel.display.writing import eur, shortdate
from saas.kernel.errors import Refused
from saas.kernel.money import BASIS, half_up

LONGEST = 20
_CODE = re.compile(r"[A-Z0-9]{3,20}")


def normal(typed: str) -> str:
    """Return a code as it is kept: capitals, without spaces and dashes."""
    return "".join(typed.split()).replace("-", "").upper()[: LONGEST + 1]


def check_code(code: str) -> None:
    """Raise Refused if a new code cannot be typed."""
    if not _CODE.fullmatch(code):
        raise Refused(_("Un code compte de 3 à 20 lettres sans accent ou chiffres."), field="code")


def check_offer(percent_bp: int | None, amount_cents: int | None) -> None:
    """Refuse a code that takes off nothing, too much, or both a part and an amount."""
    if (percent_bp is None) == (amount_cents is None):
        raise Refused(_("Un code retire un pourcentage ou un montant."), field="percent_bp")
    if percent_bp is not None and not 0 < percent_bp <= BASIS:
        raise Refused(_("Un pourcentage va de 1 à 100\u00a0%."), field="percent_bp")
    if amount_cents is not None and amount_cents <= 0:
        raise Refused(_("Le montant est plus grand que zéro."), field="amount_cents")


def check_dates(valid_from: dt.datetime, valid_until: dt.datetime | None) -> None:
    """Raise Refused if a code ends before it begins."""
    if valid_until is not None and valid_until <= valid_from:
        raise Refused(_("La fin suit le début."), field="valid_until")


def check_usable(
    code: PromotionCode | None, *, merchant: Merchant, at: dt.datetime
) -> PromotionCode:
    """Return the code if the merchant may use it at a moment. Raises Refused.

    A code of another merchant gets the same answer as an unknown code.
    """
    if code is None or code.merchant_id not in {None, merchant.pk}:
        raise Refused(_("Ce code n’existe pas. Vérifiez-le, ou payez sans code."), field="code")
    if code.ended_at is not None or (code.valid_until is not None and code.valid_until <= at):
        raise Refused(_("Ce code n’est plus valable."), field="code")
    if code.valid_from > at:
        raise Refused(
            _("Ce code vaut à partir du %(day)s.") % {"day": shortdate(code.valid_from)},
            field="code",
        )
    return code


def check_order(code: PromotionCode, *, list_cents: int, monthly: bool) -> None:
    """Raise Refused if the order is too small for the code, or monthly."""
    if monthly:
        raise Refused(_("Un code vaut pour une campagne d’une seule fois."), field="code")
    if list_cents < code.least_net_cents:
        raise Refused(
            _("Ce code vaut à partir de %(least)s hors taxe\u00a0: la commande fait %(net)s.")
            % {"least": eur(code.least_net_cents), "net": eur(list_cents)},
            field="code",
        )


def check_uses(code: PromotionCode, *, uses: int, by_merchant: int) -> None:
    """Refuse a code that has been used as often as it may."""
    if code.once_per_merchant and by_merchant:
        raise Refused(_("Vous avez déjà utilisé ce code."), field="code")
    if code.most_uses is not None and uses >= code.most_uses:
        raise Refused(_("Ce code a été utilisé autant de fois que prévu."), field="code")


def check_rest(gross_cents: int, *, least_cents: int) -> None:
    """Refuse a code that leaves less than a card can pay."""
    if gross_cents < least_cents:
        raise Refused(
            _(
                "Avec ce code il resterait %(gross)s à payer\u00a0: un paiement est de %(least)s"
                " au moins. Choisissez plus de jours, ou payez sans code."
            )
            % {"gross": eur(gross_cents), "least": eur(least_cents)},
            field="code",
        )


def discount_cents(code: PromotionCode, *, list_cents: int) -> int:
    """Return the discount of a code, half a cent rounded up, at most the whole price."""
    if code.percent_bp is not None:
        return half_up(Fraction(list_cents * code.percent_bp, BASIS))
    return min(code.amount_cents or 0, list_cents)
