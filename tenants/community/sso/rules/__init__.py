"""Rules of the companies' own ways in."""
