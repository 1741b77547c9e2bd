"""Reads for pages, actions and jobs."""
