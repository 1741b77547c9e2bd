"""What runs the house, and imports none of it."""
