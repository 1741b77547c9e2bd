"""Rows of a person: taken along, judged, erased."""
