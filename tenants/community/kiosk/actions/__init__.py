"""Actions of managers on screens and their loop, and of the screens themselves."""
