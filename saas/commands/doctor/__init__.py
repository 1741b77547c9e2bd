"""Examination of an installation: each part is tried, and a fault comes with the next step."""
