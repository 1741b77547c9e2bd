"""Conversations of two colleagues about one thing."""
