"""Rules of this room: what may be done, and what it costs or lasts."""
