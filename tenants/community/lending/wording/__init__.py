"""Sentences of this room that pages and notices say about a state."""
