"""Limits that sentences name, too: the product imports them without a parser."""

MOST_LINES = 30_000
MOST_PAGES = 500
MOST_SERVICES = 2_000
WIDTHS = (160, 480, 960, 1600)
