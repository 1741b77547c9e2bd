"""Inner half of the drill `community`: members who want the same things at once, and a model."""
