"""Counters for the tests of signing in."""

from collections.abc import Callable

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def statements(db: None) -> Callable[[Callable[[], None]], list[str]]:
    """Return the statements that a call sends, in order."""

    def count(call: Callable[[], None]) -> list[str]:
        with CaptureQueriesContext(connections["default"]) as queries:
            call()
        return [query["sql"] for query in queries.captured_queries]

    return count
