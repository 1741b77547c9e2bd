"""The demo's offers at the till: their codes of the last days, given and used."""

import datetime as dt
import uuid

from infra.demo.seed.rows.shops import OFFERS, OfferRow
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.offers import actions
from saas.catalogue.offers.models import Offer, Voucher
from saas.catalogue.offers.rules import Terms
from saas.kernel import schema
from tenants.spaces.models import Tenant

WEEKEND = 5
LASTS_DAYS = 60
MINUTE = dt.timedelta(minutes=1)


def fill(shops: dict[str, Merchant], tenants: dict[str, Tenant], *, at: dt.datetime) -> None:
    """Make each shop's offer, let it be used on the working days since, and open its till."""
    with schema.in_public():
        for row in OFFERS:
            shop = shops[row.shop]
            owner = User.objects.get(pk=shop.owner_id)
            offer = _make(row, owner, at=at)
            for days_ago in range(row.days_ago, 0, -1):
                noon = at - dt.timedelta(days=days_ago)
                if noon.weekday() < WEEKEND:
                    _use(offer, row, days_ago, shop=shop, tenants=tenants, at=noon)
            actions.open_till(by=owner, at=at)
        actions.forget_vouchers(at=at)


def _make(row: OfferRow, owner: User, *, at: dt.datetime) -> Offer:
    began = at - dt.timedelta(days=row.days_ago)
    terms = Terms(
        title=row.title,
        conditions=row.conditions,
        starts_on=began.date(),
        ends_on=(at + dt.timedelta(days=LASTS_DAYS)).date(),
        rhythm=row.rhythm,
        most_uses=row.most_uses,
    )
    return actions.make(terms=terms, by=owner, at=began)


def _use(
    offer: Offer,
    row: OfferRow,
    days_ago: int,
    *,
    shop: Merchant,
    tenants: dict[str, Tenant],
    at: dt.datetime,
) -> None:
    """Issue and use some codes of a day, with different numbers per space."""
    for slug, usual in row.uses.items():
        for number in range(max(0, usual + days_ago % 4 - 2)):
            moment = at + number * MINUTE
            given = actions.give_code(
                offer_reference=offer.reference,
                tenant_schema=tenants[slug].schema_name,
                instead_of=None,
                at=moment,
            )
            _redeem(given, shop, at=moment + MINUTE)


def _redeem(given: Voucher, shop: Merchant, *, at: dt.datetime) -> None:
    actions.redeem(typed=given.code, redemption=uuid.uuid4(), merchant=shop, at=at)
