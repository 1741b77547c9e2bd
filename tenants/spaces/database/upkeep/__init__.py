"""Brings the schemas of all spaces up to the code: read, plan once, replay, report."""
