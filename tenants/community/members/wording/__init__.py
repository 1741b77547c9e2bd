"""Sentences of this room that pages and letters say about a state."""
