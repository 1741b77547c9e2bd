"""What the tests of founding begin with: nobody has tried anything yet."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()
