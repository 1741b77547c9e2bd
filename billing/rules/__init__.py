"""What may be done in this room, and what it costs or lasts."""
