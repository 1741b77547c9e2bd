"""Sentences of this room about states, for pages and mails."""
