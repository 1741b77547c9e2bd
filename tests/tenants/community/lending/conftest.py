"""A drill to lend, at lunch."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.lending.models import Thing
from tests.tenants.community.lending.making import make_thing


@pytest.fixture
def now(going_on_from_at: None) -> dt.datetime:
    """A moment of the lunch break, at which the clock of the pages stands too."""
    return timezone.now()


@pytest.fixture
def drill(owner: User, now: dt.datetime) -> Thing:
    return make_thing(owner, at=now)
