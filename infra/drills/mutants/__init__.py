"""Mutants: known breaches of the isolation, small changes to a file, and the tests against them."""
