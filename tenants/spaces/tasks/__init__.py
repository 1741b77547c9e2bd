"""Tasks after the commit."""
