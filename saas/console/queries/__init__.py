"""Queries of the console: only what stands in public, and of that no private content."""
