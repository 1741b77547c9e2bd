"""The manager of the north's screens."""

import pytest

from saas.accounts.models import User
from tests.fixtures.people import AT
from tests.tenants.community.kiosk.making import make_manager


@pytest.fixture
def manager(in_north: None, going_on_from_at: None) -> User:
    return make_manager(AT)
