"""Sentences about opening hours and VAT."""
