"""Screens in the halls of a space: their content, their schedule, and proof of play."""
