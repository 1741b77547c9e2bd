"""Queries of this room, for pages and actions."""
