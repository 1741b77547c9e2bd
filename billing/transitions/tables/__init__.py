"""Allowed transitions between states: a table for each machine."""
