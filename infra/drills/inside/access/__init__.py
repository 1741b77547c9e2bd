"""Visitors at every address, for the drills `permissions` and `leaver`."""
