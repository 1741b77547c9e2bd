"""Sentences about foundings and acts on a whole space."""
