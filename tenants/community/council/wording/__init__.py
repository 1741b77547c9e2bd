"""Sentences of the council's desk."""
