"""Cells of the map, counted as the database counts those of merchants."""

import math
from decimal import Decimal

from saas.catalogue.merchants.rules.shops import CELLS_A_DEGREE, CELLS_A_ROW


def cell_of(latitude: Decimal, longitude: Decimal) -> int:
    """Return the number of the square of a hundredth of a degree that contains a place."""
    north, east = (math.floor(value * CELLS_A_DEGREE) for value in (latitude, longitude))
    return north * CELLS_A_ROW + east
