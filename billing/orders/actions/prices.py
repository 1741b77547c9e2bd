"""An operator publishes prices that hold from a moment ahead, or takes them back before then."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from billing.transitions.transition import record
from saas.accounts.models import User
from saas.catalogue.placements.actions import prices as placements
from saas.catalogue.placements.models import PriceList
from saas.catalogue.placements.queries import prices as queries
from saas.catalogue.placements.rules.prices import Limits, NewPrice
from saas.kernel.errors import Refused


@transaction.atomic
def publish_prices(
    *,
    prices: Sequence[NewPrice],
    limits: Limits,
    valid_from: dt.datetime,
    note: str,
    by: User,
    at: dt.datetime,
) -> PriceList:
    """Add a version of the prices; campaigns drafted or sold under another version keep theirs."""
    price_list = placements.publish_prices(
        prices=prices, limits=limits, valid_from=valid_from, note=note, by=by, at=at
    )
    states = ("", f"version {price_list.version}")
    record("prices", price_list.pk, "published", states=states, by=by.reference, at=at, why=note)
    return price_list


@transaction.atomic
def withdraw_prices(*, version: int, by: User, at: dt.datetime) -> PriceList:
    """Withdraw a version not yet in force: the version before it stays in force.

    Versions are never changed or deleted: a copy of the version before takes effect at the same
    moment.
    """
    withdrawn = PriceList.objects.filter(version=version).first()
    if withdrawn is None or withdrawn.valid_from <= at:
        raise Refused(_("Ces prix sont déjà en vigueur\u00a0: publiez-en d’autres."))
    if queries.prices_in_force(withdrawn.valid_from).pk != withdrawn.pk:
        raise Refused(_("Une version plus récente a déjà remplacé celle-ci."))
    before = queries.prices_before(withdrawn)
    note = _("Version %(version)s retirée") % {"version": version}
    price_list = placements.publish_prices(
        prices=queries.prices_of(before),
        limits=Limits(before.least_net_cents, before.most_net_cents),
        valid_from=withdrawn.valid_from,
        note=note,
        by=by,
        at=at,
    )
    states = (f"version {version}", f"version {price_list.version}")
    record("prices", price_list.pk, "withdrawn", states=states, by=by.reference, at=at, why=note)
    return price_list
