"""Offers and their codes for tests, made by the actions that make them for people."""

import datetime as dt
import uuid
from typing import Any

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.offers import actions, rules
from saas.catalogue.offers.models import Offer, Voucher
from saas.kernel import schema
from tenants.community.neighbourhood import actions as space_actions
from tenants.community.neighbourhood.queries import offers as space_queries
from tests.fixtures.people import AT
from tests.saas.catalogue.making import owner_of


def typed(**given: Any) -> dict[str, Any]:
    usual = {
        "title": "Un café offert",
        "conditions": "Avec la formule du midi, sur place.",
        "starts_on": AT.date(),
        "ends_on": AT.date() + dt.timedelta(days=30),
        "rhythm": "daily",
        "most_uses": None,
    }
    return usual | given


def make_offer(merchant: Merchant, **given: Any) -> Offer:
    with schema.in_public():
        return actions.make(terms=rules.Terms(**typed(**given)), by=owner_of(merchant), at=AT)


def take(offer: Offer, person: User, at: dt.datetime = AT) -> Voucher:
    """Take a code where we are, as the space's page does."""
    found = space_queries.offer_page(offer.reference, at)
    assert found is not None
    held = space_actions.take_code(offer=found.offer, by=person, at=at)
    assert held.voucher_id is not None
    with schema.in_public():
        return Voucher.objects.get(pk=held.voucher_id)


def use(voucher: Voucher, merchant: Merchant, at: dt.datetime = AT) -> Voucher:
    with schema.in_public():
        return actions.redeem(typed=voucher.code, redemption=uuid.uuid4(), merchant=merchant, at=at)
