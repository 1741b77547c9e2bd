"""Texts of this room about states, for pages and notices."""
