"""A space with things around it, on the tests' day."""

import datetime as dt

import pytest

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight
from saas.kernel import schema
from tests.saas.catalogue.making import make_merchant, run_campaign


@pytest.fixture(autouse=True)
def now(at: dt.datetime, going_on_from_at: None) -> dt.datetime:
    """The moment that pages find when they ask the clock."""
    return at


@pytest.fixture
def merchant(db: None, now: dt.datetime) -> Merchant:
    """A bakery some steps from the north's gate."""
    return make_merchant(at=now)


@pytest.fixture
def campaign(merchant: Merchant, now: dt.datetime) -> Campaign:
    """A campaign of the bakery that runs today, in both slots of the north."""
    return run_campaign(merchant, slots=["home_feed", "neighbourhood"], at=now)


@pytest.fixture
def flight(campaign: Campaign) -> Flight:
    """The campaign's flight on the neighbourhood page."""
    with schema.in_public():
        return Flight.objects.get(campaign=campaign, slot="neighbourhood")
