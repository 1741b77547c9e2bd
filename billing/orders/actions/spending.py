"""A merchant's own spending limit for a month."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import SpendLimit
from billing.orders.rules import spending
from billing.transitions.transition import record
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.team import current_of
from saas.kernel.errors import Refused


@transaction.atomic
def set_spend_limit(*, limit_cents: int | None, by: User, at: dt.datetime) -> None:
    """Keep how much the person's own shop may order in a calendar month; nothing is no limit."""
    spending.check_limit(limit_cents)
    merchant = Merchant.objects.select_for_update(no_key=True).filter(pk__in=current_of(by)).first()
    if merchant is None:
        raise Refused(_("Décrivez d’abord votre commerce."))
    limit = SpendLimit.objects.select_for_update().filter(merchant=merchant).first()
    before = str(limit.limit_cents) if limit else ""
    if limit_cents is None:
        SpendLimit.objects.filter(merchant=merchant).delete()
    else:
        limit = limit or SpendLimit(merchant=merchant)
        limit.limit_cents, limit.set_by, limit.set_at = limit_cents, by, at
        limit.full_clean()
        limit.save()
    after = "" if limit_cents is None else str(limit_cents)
    record("limit", merchant.pk, "set", states=(before, after), by=by.reference, at=at)
