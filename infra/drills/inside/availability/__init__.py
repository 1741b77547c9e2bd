"""The people of the drills `chaos` and `deploy`, the required traces of their acts, and faults."""
