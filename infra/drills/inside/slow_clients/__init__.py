"""Faults for the drill `slow-clients`."""
