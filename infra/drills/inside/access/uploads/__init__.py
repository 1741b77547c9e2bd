"""Files sent by a drill, and their expected outcome."""
