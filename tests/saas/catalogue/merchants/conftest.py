"""A clean start for tests of signing up: nobody has tried before."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> None:
    cache.clear()
