"""Spaces over several clusters: where each lives, what they read of public, how they move."""
