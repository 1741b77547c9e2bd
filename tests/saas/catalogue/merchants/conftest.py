"""What tests of signing up need: nobody has tried before."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> None:
    cache.clear()
