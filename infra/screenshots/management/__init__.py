"""Commands of the walk."""
