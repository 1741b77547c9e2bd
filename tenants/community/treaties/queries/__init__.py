"""Queries of a space about its neighbours, and about the items that it shares."""
