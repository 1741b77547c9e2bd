"""Queries of pages and jobs about spaces."""
