"""Sentences about the money of councils."""
