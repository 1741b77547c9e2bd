"""Actions of people in this room."""
