"""Sentences of invoices."""
