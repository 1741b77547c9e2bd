"""Rules of placements: their price, when and where they may run, what a report may tell."""
