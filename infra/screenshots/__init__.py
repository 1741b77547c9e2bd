"""A picture of each page, at two widths, light and dark, with its faults."""
