"""Programs that run the house, and import none of it."""
