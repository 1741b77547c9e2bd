"""Many spaces are brought up to the code."""
