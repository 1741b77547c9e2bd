"""Bodies, limits and answers of the web, below the pages."""
