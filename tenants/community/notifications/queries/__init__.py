"""Queries of notifications: both lists, members with their choices, digests."""
