"""The page of a shop on the public site: its owners open it to everybody, or close it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries import team as queries
from saas.kernel.errors import Refused


@transaction.atomic
def open_page(*, opens: bool, by: User, at: dt.datetime) -> Merchant:
    """Show the page of a published shop to everybody, or to spaces only."""
    shops = Merchant.objects.filter(pk__in=queries.current_of(by))
    merchant = shops.select_for_update().first()
    if merchant is None:
        raise Refused(_("Décrivez d’abord votre commerce."))
    if opens and merchant.state != Merchant.State.PUBLISHED:
        raise Refused(_("Publiez d’abord votre page\u00a0: ensuite elle peut s’ouvrir à tous."))
    merchant.opened_at = (merchant.opened_at or at) if opens else None
    merchant.save(update_fields=["opened_at"])
    return merchant
