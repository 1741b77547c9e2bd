"""Sentences of this room that pages and mails say about a state."""
