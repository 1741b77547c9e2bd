"""Clusters as the console lists them, each with what is wrong and the step that mends it."""

from typing import NamedTuple

from django.conf import settings
from django.db import Error

from saas.monitoring import cell_wording, cells
from tenants.spaces.database.cells import overview


class CellFault(NamedTuple):
    """A fault of a cell in the reader's language."""

    title: str
    step: str


class CellRow(NamedTuple):
    """A cluster and its faults."""

    cell: overview.Cell
    faults: list[CellFault]


def rows() -> list[CellRow]:
    """Return home and each cell; home alone without CELLS, nothing while home is away."""
    try:
        looked = cells.lately() if settings.CELLS else overview.cells()
    except Error:
        return []
    return [
        CellRow(cell, [CellFault(*cell_wording.of_fault(fault)) for fault in cell.faults])
        for cell in looked
    ]
