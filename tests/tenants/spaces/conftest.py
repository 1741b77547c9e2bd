"""A clean start for the tests of founding: nobody has tried anything yet."""

import pytest
from django.core.cache import cache

from tests.tenants.spaces.dns import camille, dns

__all__ = ["camille", "dns"]


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()
