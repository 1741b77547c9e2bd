"""Faults of a mover, planted for the drill `move`."""
