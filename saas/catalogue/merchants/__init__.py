"""Merchants, described once and seen by every space within their distance."""
