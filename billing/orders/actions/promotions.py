"""An operator makes promotion codes and ends them."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import PromotionCode
from billing.orders.queries.offers import code_named
from billing.orders.rules import promotions
from billing.transitions.transition import record
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import Refused


class Offer(NamedTuple):
    """A promotion: its discount, minimum amount, dates, and number of uses."""

    percent_bp: int | None
    amount_cents: int | None
    least_net_cents: int
    valid_from: dt.datetime
    valid_until: dt.datetime | None
    most_uses: int | None
    once_per_merchant: bool


@transaction.atomic
def make_promotion(
    *,
    code: str,
    offer: Offer,
    merchant: Merchant | None,
    note: str,
    by: User,
    at: dt.datetime,
) -> PromotionCode:
    """Create a promotion code for all merchants, or for a single merchant."""
    normal = promotions.normal(code)
    promotions.check_code(normal)
    promotions.check_offer(offer.percent_bp, offer.amount_cents)
    promotions.check_dates(offer.valid_from, offer.valid_until)
    if code_named(normal) is not None:
        raise Refused(_("Ce code existe déjà\u00a0: choisissez-en un autre."), field="code")
    promotion = PromotionCode(
        code=normal, merchant=merchant, note=note, made_by=by, made_at=at, **offer._asdict()
    )
    promotion.full_clean()
    promotion.save()
    record("promotion", promotion.pk, "made", states=("", "open"), by=by.reference, at=at, why=note)
    return promotion


@transaction.atomic
def end_promotion(*, promotion: PromotionCode, by: User, at: dt.datetime) -> PromotionCode:
    """End a promotion code; orders with this code keep their price."""
    found = PromotionCode.objects.select_for_update().get(pk=promotion.pk)
    if found.ended_at is not None:
        raise Refused(_("Ce code est déjà terminé."))
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    record("promotion", found.pk, "ended", states=("open", "ended"), by=by.reference, at=at)
    return found
