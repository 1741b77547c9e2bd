"""Commands of drills."""
