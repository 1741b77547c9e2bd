"""Operators, whom only the owner of the database hires."""

from tests.saas.console.conftest import agathe, hire

__all__ = ["agathe", "hire"]
