"""Mutants: known ways to lose the wall, small changes to a file, and who notices them."""
