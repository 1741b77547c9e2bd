"""A drill to lend, at lunch."""

import pytest

from saas.accounts.models import User
from tenants.community.lending.models import Thing
from tests.fixtures.people import AT
from tests.tenants.community.lending.making import make_thing


@pytest.fixture(autouse=True)
def _today(going_on_from_at: None) -> None:
    """Pages that ask the clock find the moment of the tests."""


@pytest.fixture
def drill(owner: User) -> Thing:
    return make_thing(owner, at=AT)
