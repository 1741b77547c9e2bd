"""Moderation: members' reports, decisions about them, and appeals."""
