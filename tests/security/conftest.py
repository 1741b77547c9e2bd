"""Operators, created only by the owner of the database."""

from tests.saas.console.conftest import agathe, hire

__all__ = ["agathe", "hire"]
