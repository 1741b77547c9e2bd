"""Operators to be woken, and what they and Sentry were told."""

from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk

from saas import sentry
from tests.saas.console.conftest import agathe, console, hire, ruben
from tests.saas.test_sentry import DSN, LocalTransport, events

__all__ = ["agathe", "console", "hire", "ruben"]


@pytest.fixture
def reported() -> Iterator[list[dict[str, Any]]]:
    """Collect what is reported to Sentry during a test."""
    events.clear()
    sentry.begin(DSN, release="1.2.3", process="web", environment="test", transport=LocalTransport)
    yield events
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
