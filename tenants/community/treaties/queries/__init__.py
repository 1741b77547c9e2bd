"""Queries of a space about its neighbours, and about what it lets pass."""
