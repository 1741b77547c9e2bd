"""Limits that sentences name, too: the product imports them without a parser."""

MOST_LINES = 30_000
MOST_PAGES = 500
MOST_SERVICES = 2_000
WIDTHS = (160, 480, 960, 1600)
# Which part of a picture a crop keeps, from its left or top side.
CROPS = {"start": 0.0, "middle": 0.5, "end": 1.0}
CROP_RATIO = 4 / 3
