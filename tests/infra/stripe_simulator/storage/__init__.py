"""Rows that the simulator stores: found, listed, and there again after a kill."""
