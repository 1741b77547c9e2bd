"""Screens in the halls of a space: what they show, when, and what was shown."""
