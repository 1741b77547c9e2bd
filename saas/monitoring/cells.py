"""State of the clusters beside home, as of some seconds ago."""

import time

from django.conf import settings
from django.db import Error

from tenants.spaces.database.cells import overview
from tenants.spaces.database.cells.faults import Fault
from tenants.spaces.database.cells.overview import Cell

REMEMBERED_SECONDS = 10.0


class _LastLook:
    """Last state of the cells, in this process."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.read_at = float("-inf")


_memory = _LastLook()


def lately() -> list[Cell]:
    """Return home and each cell; an empty list without CELLS, or while home is away."""
    if not settings.CELLS:
        return []
    if time.monotonic() > _memory.read_at + REMEMBERED_SECONDS:
        try:
            _memory.cells = overview.cells()
        except Error:
            return []  # the state of home's database is reported elsewhere
        _memory.read_at = time.monotonic()
    return _memory.cells


def faults() -> list[Fault]:
    """Return the faults of all cells."""
    return [fault for cell in lately() for fault in cell.faults]


def forget() -> None:
    """Look again when next asked."""
    _memory.read_at = float("-inf")
