"""Queries of the desk, billing and jobs about prices, campaigns and their flights."""
