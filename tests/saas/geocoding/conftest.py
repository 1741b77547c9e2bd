"""The demo's town in the columns of the address base."""

from pathlib import Path

import pytest
from django.utils import timezone

from infra.demo.seed.shops import ADDRESSES
from saas.geocoding import actions


@pytest.fixture
def town(db: None) -> Path:
    actions.load(path=ADDRESSES, at=timezone.now())
    return ADDRESSES
