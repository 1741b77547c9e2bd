"""A picture of each page, at two widths, light and dark, and what is wrong with it."""
