"""A space with things around it, on the tests' day."""

import pytest

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight
from saas.kernel import schema
from tests.fixtures.people import AT
from tests.saas.catalogue.making import make_merchant, run_campaign


@pytest.fixture(autouse=True)
def _today(going_on_from_at: None) -> None:
    """Pages that ask the clock find the moment of the tests."""


@pytest.fixture
def merchant(db: None) -> Merchant:
    """A bakery some steps from the north's gate."""
    return make_merchant(at=AT)


@pytest.fixture
def campaign(merchant: Merchant) -> Campaign:
    """A campaign of the bakery that runs today, in both slots of the north."""
    return run_campaign(merchant, slots=["home_feed", "neighbourhood"], at=AT)


@pytest.fixture
def flight(campaign: Campaign) -> Flight:
    """The campaign's flight on the neighbourhood page."""
    with schema.in_public():
        return Flight.objects.get(campaign=campaign, slot="neighbourhood")
