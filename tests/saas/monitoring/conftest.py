"""Operators to be alerted, and the alerts sent to them and to Sentry."""

import pytest

from tests.fixtures.broker import empty_broker
from tests.saas.console.conftest import agathe, console, hire, ruben
from tests.saas.test_sentry import reported

__all__ = ["agathe", "console", "empty_broker", "hire", "reported", "ruben"]


@pytest.fixture(autouse=True)
def _quiet_broker(empty_broker: None) -> None:
    """Provide an empty queue and expect no process, unless a test requests it."""
