"""Conversations between two colleagues about a subject."""
