"""Files that a drill sends, and what must become of them."""
