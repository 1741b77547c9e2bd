"""Sentences about a state: what happened, what comes next and when, for whoever reads it."""
