"""Queries of this room, for pages, actions and screens."""
