"""Spaces in several clusters."""
