"""The people of the drills `chaos` and `deploy`, what must be left of their acts, and faults."""
