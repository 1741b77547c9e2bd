"""Operators to be woken, and what they and Sentry were told."""

from tests.saas.console.conftest import agathe, console, hire, ruben
from tests.saas.test_sentry import reported

__all__ = ["agathe", "console", "hire", "reported", "ruben"]
