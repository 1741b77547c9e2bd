"""Queries of the console: only data of the public schema, and no private content."""
