"""Corrections of a shop by operators."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from saas.accounts.models import User
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.models import Correction, Merchant
from saas.catalogue.merchants.rules import shops as rules
from saas.catalogue.merchants.rules import vat
from saas.kernel import hooks
from saas.kernel.tasks import after_commit
from tenants.spaces.rules.walks import check_place


@transaction.atomic
def correct_pin(
    *,
    merchant_id: int,
    latitude: Decimal,
    longitude: Decimal,
    reason: str,
    by: User,
    at: dt.datetime,
) -> Merchant:
    """Move the pin of a shop for an operator, with a reason; its merchant is mailed.

    Spaces see it in its new place at once. Orders keep the spaces and days that were bought.
    """
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    check_place(latitude, longitude)
    rules.check_pin_moves(merchant, latitude, longitude)
    was, before = vat.standing_place(merchant), rules.pin_of(merchant)
    merchant.latitude, merchant.longitude = latitude, longitude
    merchant.proposed = rules.without_pin(merchant.proposed)
    vat.place_establishment(merchant, was, at=at)
    merchant.full_clean(exclude={"proposed", "siren"})
    merchant.save()
    correction = Correction(
        merchant=merchant,
        before=before,
        after=rules.pin_of(merchant),
        reason=reason,
        by_name=by.display_name,
        at=at,
    )
    correction.full_clean()
    correction.save()
    after_commit(tasks.mail_correction, correction.pk)
    hooks.merchant_changed.ask(merchant.pk, at)
    return merchant
