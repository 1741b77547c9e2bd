"""Rules of placements: price, dates and spaces, limits of a report."""
