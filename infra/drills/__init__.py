"""Drills: programs that try to break a promise, and end well only when they could not."""
