"""Operators to be woken, and what they and Sentry were told."""

import pytest

from tests.fixtures.broker import empty_broker
from tests.saas.console.conftest import agathe, console, hire, ruben
from tests.saas.test_sentry import reported

__all__ = ["agathe", "console", "empty_broker", "hire", "reported", "ruben"]


@pytest.fixture(autouse=True)
def _quiet_broker(empty_broker: None) -> None:
    """No job waits and no process is expected, unless a test says so."""
