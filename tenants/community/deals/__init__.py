"""Deals that members pass on, and whether they still work."""
