"""Invoices and credit notes: their words, their numbers, their files."""
