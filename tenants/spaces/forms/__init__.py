"""Forms to found a space."""
