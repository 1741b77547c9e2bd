"""Rooms of a space in the demo, and what people do in them."""
