"""Moderation: reports of members, what is decided of them, and the second look."""
