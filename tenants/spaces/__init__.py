"""Spaces: their names and hosts, their schema and role, their founding."""
