"""Spaces: the tenant, and the rooms in each space."""
