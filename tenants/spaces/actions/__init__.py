"""Actions that people and the clock begin in this room."""
