"""The person who decides what the screens of the north show."""

import datetime as dt

import pytest

from saas.accounts.models import User
from tests.tenants.community.kiosk.making import make_manager


@pytest.fixture
def manager(in_north: None, at: dt.datetime, going_on_from_at: None) -> User:
    return make_manager(at)
